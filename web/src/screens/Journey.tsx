import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../api/client'
import { useMe } from '../app/me'
import { Fault, Skeleton } from '../parts/Fault'
import { KnowChip } from '../parts/Known'
import { Dot } from '../parts/Shapes'
import { save } from '../parts/save'
import { UnitId } from '../parts/Unit'
import { Fields } from '../parts/Value'
import { Light } from '../parts/Verdict'
import { When } from '../parts/When'
import { wordOf } from '../parts/word'

const tabs = ['timeline', 'inside', 'findings', 'proof', 'raw'] as const

/** Journey is where a package has been, each step with how it is known. */
export function Journey() {
  const { t } = useTranslation()
  const { id = '' } = useSearch({ strict: false }) as { id?: string }
  const [tab, setTab] = useState<(typeof tabs)[number]>('timeline')
  const q = useQuery({
    queryKey: ['trace', id],
    queryFn: () => of(api.GET('/api/v1/trace', { params: { query: { id } } })),
    enabled: id !== '',
  })
  if (q.isError) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={8} />
  const trace = q.data
  return (
    <>
      <div className="row spread">
        <h1>{t('journey.title')}</h1>
        <div className="row no-print">
          <Link className="button" to="/scan" search={{ item: id }}>
            {t('scan.check')}
          </Link>
          <button
            type="button"
            className="button"
            onClick={() => save('journey.json', 'application/json', JSON.stringify(trace, null, 2))}
          >
            {t('module.json')}
          </button>
        </div>
      </div>
      <div className="two">
        <UnitId path={trace.path ?? id} lot={trace.lot} expiry={trace.expiry} product={trace.product} />
        <div className="stack tight">
          <Light word={wordOf(trace.verdict)} />
          <p>{trace.text}</p>
          {trace.next ? <p className="quiet">{trace.next}</p> : null}
          {trace.standing ? (
            <p>
              <span className="quiet">{t('journey.standing')}:</span> {trace.standing}
            </p>
          ) : null}
        </div>
      </div>
      <div className="tabs no-print" role="tablist">
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(e) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
              if (!step) return
              const to = tabs[(tabs.indexOf(name) + step + tabs.length) % tabs.length] as (typeof tabs)[number]
              setTab(to)
              document.getElementById(`tab-${to}`)?.focus()
            }}
          >
            {t(`journey.${name}`)}
            {name === 'findings' && trace.findings?.length ? ` ${trace.findings.length}` : ''}
          </button>
        ))}
      </div>
      <section id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="stack">
        {tab === 'timeline' ? <Timeline steps={trace.steps ?? []} /> : null}
        {tab === 'inside' ? <Inside list={trace.in ?? []} /> : null}
        {tab === 'findings' ? <Findings list={trace.findings ?? []} /> : null}
        {tab === 'proof' ? <Proof trace={trace} id={id} /> : null}
        {tab === 'raw' ? <Fields of={trace as unknown as Record<string, unknown>} /> : null}
      </section>
    </>
  )
}

function Timeline({ steps }: { steps: Schemas['TraceTraceStep'][] }) {
  const { t } = useTranslation()
  if (steps.length === 0) return <p className="quiet">{t('journey.none')}</p>
  return (
    <ol className="steps">
      {steps.map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no number of their own and don't move
        <li key={i}>
          <Dot known={s.known} />
          <div className="stack tight">
            <div className="row spread">
              <strong>
                {s.text || s.kind} {s.who ? `· ${s.who}` : ''}
              </strong>
              <KnowChip basis={{ known: s.known, height: s.height ?? 0, evidence: s.entry ?? '' }} />
            </div>
            <p className="quiet small">
              <When at={s.time} />
              {s.where || s.place ? ` · ${s.where || s.place}` : ''}
              {s.in ? (
                <>
                  {' · '}
                  <Link to="/journey" search={{ id: s.in }} className="code">
                    {s.in}
                  </Link>
                </>
              ) : null}
              {s.document
                ? ` · ${t('journey.step.document')} ${s.document}${s.line ? `, ${t('journey.step.line', { line: s.line })}` : ''}`
                : ''}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}

function Inside({ list }: { list: string[] }) {
  const { t } = useTranslation()
  if (list.length === 0) return <p className="quiet">{t('journey.alone')}</p>
  return (
    <ul>
      {list.map((path) => (
        <li key={path}>
          <Link to="/journey" search={{ id: path }} className="code">
            {path}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Findings({ list }: { list: Schemas['TraceProblem'][] }) {
  const { t } = useTranslation()
  if (list.length === 0) return <p className="quiet">{t('verdict.none')}</p>
  return (
    <ul className="facts-list">
      {list.map((f) => (
        <li key={`${f.rule} ${f.text}`} style={{ gridTemplateColumns: 'auto minmax(0, 1fr)' }}>
          <Light word={wordOf(f.verdict)} />
          <span>
            {f.text} {f.next ? <span className="quiet">{f.next}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Proof({ trace, id }: { trace: Schemas['TraceTrace']; id: string }) {
  const { t } = useTranslation()
  const { may } = useMe()
  const ledger = trace.ledger
  return (
    <div className="stack">
      <h2>{t('journey.ledger')}</h2>
      {ledger?.record ? (
        <Fields of={ledger as unknown as Record<string, unknown>} />
      ) : (
        <p className="quiet">{t('journey.noRecord')}</p>
      )}
      {may('read-proofs') ? (
        <>
          <p>{t('journey.bundleWhy')}</p>
          <div className="row">
            <a
              className="button"
              href={`/api/v1/provenance?id=${encodeURIComponent(id)}`}
              download="provenance.pedigree"
            >
              {t('journey.bundle')}
            </a>
          </div>
        </>
      ) : null}
    </div>
  )
}
