import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { useScans } from '../../app/scans'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
import { ScanBox } from '../../parts/ScanBox'
import { useWords } from '../../words'
import { AddData } from './AddData'
import { Differs } from './Differs'
import { Done } from './Done'
import { sorted } from './findings'
import { Kept } from './Kept'
import { Last, Lines } from './Lines'
import { nameOf } from './Matter'
import { Tree } from './Tree'
import { renew, useDock } from './useDock'
import './words'
import '../../style/receive.css'

/** Session is one receipt at the dock: what was scanned, what differs, and the finish. */
export function Session() {
  const { session } = useParams({ strict: false }) as { session: string }
  const me = useMe()
  if (!me.data) return me.isError ? <Fault error={me.error} /> : <Skeleton lines={8} /> // scans are kept by person
  return <Work key={session} id={Number(session)} />
}

function Work({ id }: { id: number }) {
  const t = useWords()
  const go = useNavigate()
  const { may } = useMe()
  const { scan: first } = useSearch({ strict: false }) as { scan?: string }
  const dock = useDock(id)
  const begun = useRef(false)
  const { open, scan } = dock
  useEffect(() => {
    if (!first || !open || begun.current) return
    begun.current = true
    scan(first)
    void go({ to: '/receive/$session', params: { session: String(id) }, search: {}, replace: true }) // a reload must not scan again
  }, [first, open, scan, go, id])
  useScans((text) => (open ? scan(text) : undefined))
  const r = dock.report.data
  if (dock.report.isError && !r) return <Fault error={dock.report.error} again={() => void dock.report.refetch()} />
  if (!r) return <Skeleton lines={8} />
  const head = (
    <div className="row spread">
      <h1>{t('receive.session.title', { id })}</h1>
      <Link className="button bare no-print" to="/receive" search={{}}>
        {t('receive.session.back')}
      </Link>
    </div>
  )
  if (r.session.state !== 'open')
    return (
      <>
        {head}
        <Kept dock={dock} />
        <Done report={r} />
      </>
    )
  const bare = !r.session.delivery && r.session.documents?.length === 0
  return (
    <>
      {head}
      <Which id={id} />
      <Kept dock={dock} />
      <div className="two dock">
        <div className="stack">
          {may('receive') ? <ScanBox take={(text) => scan(text)} /> : null}
          <Last dock={dock} />
          <Figures dock={dock} />
          {may('receive') ? <Finish id={id} report={r} waiting={dock.waiting.length} counts={dock.counts} /> : null}
        </div>
        <div className="stack">
          {bare ? <AddData id={id} /> : <Tree id={id} tops={r.plan.tops?.length ?? 0} />}
          <Differs report={r} decide={dock.decide} may={may('receive')} />
          <Lines dock={dock} may={may('receive')} />
        </div>
      </div>
    </>
  )
}

const namedMost = 3

/** Which says whose delivery is being received. */
function Which({ id }: { id: number }) {
  const t = useWords()
  const book = useNames()
  const waiting = useQuery({
    queryKey: ['arrivals', 'of', id],
    queryFn: () => of(api.GET('/api/v1/arrivals')),
    staleTime: 60_000,
  })
  const rows = (waiting.data?.rows ?? []).filter((r) => r.session === id && r.path)
  const row = rows[0]
  if (!row) return null
  const names = rows.slice(0, namedMost).map((r) => nameOf(r.path ?? ''))
  return (
    <p className="quiet">
      {t(row.po ? 'receive.session.which' : 'receive.session.whichNoOrder', {
        who: book.partner(undefined, row.seller),
        po: row.po,
      })}{' '}
      <span className="code">{names.join(', ')}</span>
      {rows.length > namedMost ? ` ${t('receive.session.andMore', { count: rows.length - namedMost })}` : ''}
    </p>
  )
}

function Figures({ dock }: { dock: ReturnType<typeof useDock> }) {
  const t = useWords()
  const c = dock.counts
  if (!c) return null
  const shown = [
    ['expected', c.expected],
    ['seen', c.seen],
    ['inferred', c.inferred],
    ['missing', c.missing],
    ['unexpected', c.unexpected],
    ['stopped', c.stopped],
  ] as const
  return (
    <dl className="figures" aria-label={t('receive.session.counts')}>
      {shown.map(([name, n]) => (
        <div
          key={name}
          className={name === 'inferred' ? 'inferred' : ''}
          title={name === 'inferred' ? t('receive.session.inferredWhy') : undefined}
        >
          <dt>{t(`receive.session.${name}`)}</dt>
          <dd>{n}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Finish receives the good part; what is not good goes on by itself. */
function Finish({
  id,
  report,
  waiting,
  counts,
}: {
  id: number
  report: Schemas['DockReport']
  waiting: number
  counts?: Schemas['DockCounts']
}) {
  const t = useWords()
  const client = useQueryClient()
  const settled = () => renew(client, id)
  const finish = useMutation({
    mutationFn: () => of(api.POST('/api/v1/docks/{id}/finish', { params: { path: { id } } })),
    onSettled: settled,
  })
  const drop = useMutation({
    mutationFn: () => of(api.DELETE('/api/v1/docks/{id}', { params: { path: { id } } })),
    onSettled: settled,
  })
  const tops = report.plan.tops ?? []
  const sum = (of: (p: Schemas['DockTopPlan']) => number | undefined) => tops.reduce((n, p) => n + (of(p) ?? 0), 0)
  const [cases, packs] = [sum((p) => p.whole), sum((p) => p.good)]
  const surprises = sorted(report.plan.findings ?? []).goods.length
  const label =
    cases > 0
      ? t('receive.session.finishCases', { count: cases })
      : packs > 0
        ? t('receive.session.finishPacks', { count: packs })
        : t('receive.session.finishNone')
  const sure = packs === 0 ? 'sureNone' : surprises === 0 ? 'sureAll' : 'sure'
  const scanned = (counts?.scans ?? 0) > 0 || packs > 0 || (report.plan.extras?.length ?? 0) > 0
  return (
    <section className="finish stack tight">
      <div className="row">
        {scanned && waiting === 0 ? (
          <Ask
            main
            label={label}
            sure={t(`receive.session.${sure}`)}
            busy={finish.isPending}
            act={() => finish.mutate()}
          />
        ) : (
          <button type="button" className="button main" disabled>
            {label}
          </button>
        )}
        <Ask
          label={t('receive.session.drop')}
          sure={t('receive.session.dropSure')}
          busy={drop.isPending}
          act={() => drop.mutate()}
        />
      </div>
      {waiting > 0 ? (
        <p className="quiet small">{t('receive.session.wait')}</p>
      ) : !scanned ? (
        <p className="quiet small">{t('receive.session.scanFirst')}</p>
      ) : surprises > 0 ? (
        <p className="small">{t('receive.session.surprises', { count: surprises })}</p>
      ) : null}
      {finish.isError ? <Fault error={finish.error} again={() => finish.mutate()} /> : null}
      {drop.isError ? <Fault error={drop.error} /> : null}
    </section>
  )
}
