import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { bundleAddress, eventsAddress } from '../../parts/along'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { ProofSteps } from '../../parts/ProofSteps'
import { Tabs } from '../../parts/Tabs'
import { Told } from '../../parts/Told'
import { UnitId } from '../../parts/Unit'
import { Fields } from '../../parts/Value'
import { Light, OfRule } from '../../parts/Verdict'
import { wordOf } from '../../parts/word'
import { rule, useWords } from '../../words'
import { Containers } from './Containers'
import { Raw } from './Raw'
import { Timeline } from './Timeline'
import './words'
import '../../style/journey.css'

const Places = lazy(async () => ({ default: (await import('./Places')).Places }))

const tabs = ['timeline', 'containers', 'places', 'findings', 'proof', 'raw'] as const
type Tab = (typeof tabs)[number]

/** Journey is where a package has been, each step with how it is known, and the proof of it. */
export function Journey() {
  const t = useWords()
  const { may } = useMe()
  const go = useNavigate()
  const { id = '', tab: asked } = useSearch({ strict: false }) as { id?: string; tab?: string }
  const tab = tabs.find((name) => name === asked) ?? 'timeline'
  const setTab = (name: Tab) => void go({ to: '/journey', search: { id, tab: name }, replace: true })
  const q = useQuery({
    queryKey: ['trace', id],
    queryFn: () => of(api.GET('/api/v1/trace', { params: { query: { id } } })),
    enabled: id !== '',
  })
  if (!q.data)
    return (
      <>
        <h1>{t('journey.title')}</h1>
        {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : <Skeleton lines={8} />}
      </>
    )
  const trace = q.data
  const file = fileName(trace.path ?? id)
  return (
    <>
      <div className="row spread">
        <h1>{t('journey.title')}</h1>
        <div className="row no-print">
          <Link className="button" to="/scan" search={{ item: id }}>
            {t('scan.check')}
          </Link>
          <Export
            name={file}
            rows={trace.steps ?? []}
            answer={trace}
            epcis={eventsAddress(id)}
            proof={may('read-goods') && trace.ledger?.record ? bundleAddress(id) : undefined}
          />
        </div>
      </div>
      <Head trace={trace} id={id} />
      <Tabs
        tabs={tabs}
        now={tab}
        set={setTab}
        name={(name) =>
          `${t(`trail.tabs.${name}`)}${name === 'findings' && trace.findings?.length ? ` ${trace.findings.length}` : ''}`
        }
      />
      <section id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="stack">
        {tab === 'timeline' ? <Timeline steps={trace.steps ?? []} /> : null}
        {tab === 'containers' ? <Containers trace={trace} /> : null}
        {tab === 'places' ? (
          <Suspense fallback={<Skeleton lines={6} />}>
            <Places trace={trace} />
          </Suspense>
        ) : null}
        {tab === 'findings' ? <Findings list={trace.findings ?? []} /> : null}
        {tab === 'proof' ? <Proof trace={trace} id={id} file={`${file}.pedigree`} /> : null}
        {tab === 'raw' ? <Raw trace={trace} id={id} /> : null}
      </section>
    </>
  )
}

// fileName is a thing's number as part of a file's name.
const fileName = (path: string) =>
  path
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'journey'

function Head({ trace, id }: { trace: Schemas['TraceTrace']; id: string }) {
  const t = useWords()
  const says = rule(trace.rule ?? '', '', trace.next ?? '')
  return (
    <div className="two">
      <UnitId path={trace.path ?? id} lot={trace.lot} expiry={trace.expiry} product={trace.product} />
      <div className="stack tight">
        <Light word={wordOf(trace.verdict)} />
        <p>
          {trace.says ? (
            <Told said={trace.says} text={trace.text ?? ''} />
          ) : (
            <OfRule rule={trace.rule ?? ''} text={trace.text ?? ''} />
          )}
        </p>
        {says.next && !(trace.says && says.lang) ? (
          <p className="quiet" lang={says.lang}>
            {says.next}
          </p>
        ) : null}
        {trace.standing ? (
          <p>
            <span className="quiet">{t('journey.standing')}:</span> <Told said={trace.stands} text={trace.standing} />
          </p>
        ) : null}
      </div>
    </div>
  )
}

function NextOf({ finding: f }: { finding: Schemas['TraceProblem'] }) {
  const says = rule(f.rule ?? '', '', f.next ?? '')
  return says.next ? (
    <span className="quiet" lang={says.lang}>
      {says.next}
    </span>
  ) : null
}

function Findings({ list }: { list: Schemas['TraceProblem'][] }) {
  const t = useWords()
  if (list.length === 0) return <p className="quiet">{t('verdict.none')}</p>
  return (
    <ul className="facts-list">
      {list.map((f) => (
        <li key={`${f.rule} ${f.text}`} style={{ gridTemplateColumns: 'auto minmax(0, 1fr)' }}>
          <Light word={wordOf(f.verdict)} />
          <span>
            <OfRule rule={f.rule ?? ''} text={f.text ?? ''} /> <NextOf finding={f} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Proof({ trace, id, file }: { trace: Schemas['TraceTrace']; id: string; file: string }) {
  const t = useWords()
  const ledger = trace.ledger
  if (!ledger?.record)
    return (
      <div className="empty">
        <p>{t('journey.noRecord')}</p>
      </div>
    )
  return (
    <>
      <ProofSteps kind="bundle" address={bundleAddress(id)} file={file} />
      <details>
        <summary>{t('journey.ledger')}</summary>
        <Fields of={ledger as unknown as Record<string, unknown>} />
      </details>
    </>
  )
}
