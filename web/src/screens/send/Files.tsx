import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { crowded, placeOf } from '../../parts/place'
import { When } from '../../parts/When'
import { langOfNode, useWords } from '../../words'
import { useFindings } from '../../words/findings'
import { useRefusals } from '../../words/told'
import { MessageMark } from './MessageMark'

type Job = Schemas['TraceJobView']
const jobsRead = 200
const shownMost = 20
const linesMost = 50
const oldAfterMs = 30 * 24 * 60 * 60_000

/** failedOf are the files of which no message was made, or not all: refused, failed midway, or with events left out. */
export const failedOf = (jobs: Job[], now: number) =>
  jobs.filter(
    (j) =>
      now - Date.parse(j.updated) < oldAfterMs &&
      (j.state === 'failed' || (j.state === 'done' && (j.progress.errors ?? 0) > 0)),
  )

/** Files are captured files that came to no message; nothing of them stands among the shipments. */
export function Files() {
  const t = useWords()
  const q = useQuery({
    queryKey: ['jobs', 'capture'],
    queryFn: () => of(api.GET('/api/v1/jobs', { params: { query: { kind: 'capture', limit: jobsRead } } })),
    refetchInterval: 15_000,
  })
  const rows = failedOf(q.data ?? [], Date.now()).slice(0, shownMost)
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (rows.length === 0) return null
  return (
    <section className="stack tight" aria-label={t('send.files.title')}>
      <h2>
        {t('send.files.title')} <span className="quiet">{rows.length}</span>
      </h2>
      <p className="quiet">{t('send.files.why')}</p>
      <ul className="arrivals">
        {rows.map((j) => (
          <li key={j.id}>
            <File job={j} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function File({ job: j }: { job: Job }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  return (
    <article className="card stack tight">
      <div className="row spread">
        <h3>{t('send.files.name', { n: j.progress.document ?? j.id })}</h3>
        <MessageMark is="generation-failed" />
      </div>
      <p>
        {t(j.state === 'done' ? 'send.files.part' : 'send.files.none', { count: j.progress.errors ?? 0 })}{' '}
        <span className="quiet">
          <When at={j.updated} />
        </span>
      </p>
      <details className="folds" onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{t('send.files.lines')}</summary>
        {open ? <Findings id={j.id} /> : null}
      </details>
    </article>
  )
}

/** Findings are what is wrong in a file, each with its line and what to do. */
function Findings({ id }: { id: number }) {
  const t = useWords()
  const says = useFindings()
  const q = useQuery({
    queryKey: ['jobs', 'one', id],
    queryFn: () => of(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } })),
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={3} />
  const { capture, progress } = q.data
  const wrong = (capture?.findings ?? []).filter((f) => f.severity === 'error')
  const crowds = crowded(wrong.map((f) => f.where))
  return (
    <div className="stack tight">
      {progress.error ? <p>{progress.error}</p> : null}
      {wrong.slice(0, linesMost).map((f) => (
        <div key={`${f.rule} ${f.where.line} ${f.subject} ${f.text}`} className="finding stack tight">
          <h4>{f.where.line || f.where.event ? placeOf(t, f.where, crowds) : f.rule}</h4>
          {says(f.rule)?.text ? <p>{says(f.rule)?.text}</p> : null}
          <p lang={langOfNode()} className={says(f.rule)?.text ? 'quiet small' : ''}>
            {f.text}
          </p>
          {f.subject ? <p className="code">{f.subject}</p> : null}
          <p>
            <strong>{t('send.remedy')}:</strong> {says(f.rule)?.mend || <span lang={langOfNode()}>{f.remedy}</span>}
          </p>
        </div>
      ))}
      {(capture?.refused ?? []).map((r) => (
        <Gone key={JSON.stringify(r)} r={r} />
      ))}
      <div className="row">
        <Link className="button" to="/file">
          {t('send.files.again')}
        </Link>
      </div>
    </div>
  )
}

/** Gone is what the ledger refused of a file, by its code and in the node's words. */
function Gone({ r }: { r: Schemas['TraceRefusal'] }) {
  const own = useRefusals()({ code: r.name ?? '', status: 409 })
  return (
    <div className="stack tight">
      {own ? (
        <p>
          {own.text} {own.next}
        </p>
      ) : null}
      <p lang={langOfNode()} className={own ? 'quiet small' : ''}>
        {r.text}
      </p>
    </div>
  )
}
