import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { SaveCsv } from '../../parts/SaveCsv'
import { When } from '../../parts/When'
import { useChange } from './change'
import { Give } from './Give'
import { useDay, useSource } from './source'

type Loading = Schemas['CatalogLoading']
const jobsMost = 20
const jobsEveryMs = 3_000
const loadEveryMs = 500

/** Files is where files of products are loaded: one to give, those under way, those of before. */
export function Files() {
  const { t } = useTranslation()
  const me = useMe()
  return (
    <>
      {me.may('keep-catalogue') ? <Give /> : <p className="quiet">{t('products.files.reader')}</p>}
      <Under />
      <Before />
    </>
  )
}

/** Under are the loads that aren't done, and the newest one as it ended. The node has them, so a reload loses none. */
function Under() {
  const { t } = useTranslation()
  const q = useQuery({
    queryKey: ['products', 'jobs'],
    queryFn: () => of(api.GET('/api/v1/jobs', { params: { query: { kind: 'load-products', limit: jobsMost } } })),
    refetchInterval: jobsEveryMs,
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  const shown = (q.data ?? []).filter((j, i) => j.state !== 'done' || i === 0)
  if (shown.length === 0) return null
  return (
    <section className="stack tight no-print" aria-labelledby="under">
      <h2 id="under">{t('products.files.under')}</h2>
      {shown.map((j) => (
        <One key={j.id} job={j.id} />
      ))}
    </section>
  )
}

/** One is a load: how far it is, what stops it or lets it go on, and what came of it. */
function One({ job }: { job: number }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const me = useMe()
  const name = useFileName()
  const path = { params: { path: { job } } }
  const q = useQuery({
    queryKey: ['products', 'load', job],
    queryFn: () => of(api.GET('/api/v1/products/loads/{job}', path)),
    refetchInterval: (now) => (now.state.data?.state === 'running' ? loadEveryMs : false),
  })
  const turn = useChange((on: boolean) =>
    of(on ? api.POST('/api/v1/products/loads/{job}', path) : api.DELETE('/api/v1/products/loads/{job}', path)),
  )
  const state = q.data?.state
  useEffect(() => {
    if (state === 'done')
      void queries.invalidateQueries({ queryKey: ['products'], predicate: (k) => k.queryKey[1] !== 'load' })
  }, [state, queries])
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={2} />
  const l = q.data
  const keeps = me.may('keep-catalogue')
  return (
    <div className="card stack tight">
      <div className="row spread">
        <h3>
          <bdi>{name(l.load.source)}</bdi>
        </h3>
        <span className="small" role="status">
          {t(`products.files.states.${l.state}`)}
        </span>
      </div>
      {l.state === 'running' || l.state === 'paused' ? <Bar l={l} /> : null}
      {l.state === 'paused' ? <p className="quiet small">{t('products.files.paused')}</p> : null}
      {l.state === 'failed' ? <p className="wrap">{l.error}</p> : null}
      {l.state === 'done' ? <Came load={l.load} /> : null}
      {keeps && l.state !== 'done' ? (
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={turn.isPending}
            onClick={() => turn.mutate(l.state !== 'running')}
          >
            {t(l.state === 'running' ? 'products.files.stop' : 'products.files.goOn')}
          </button>
        </div>
      ) : null}
      {turn.isError ? <Fault error={turn.error} /> : null}
    </div>
  )
}

function Bar({ l }: { l: Loading }) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language)
  const says =
    l.of === 0
      ? t('products.files.waiting')
      : l.done === l.of && l.state === 'running'
        ? t('products.files.compare')
        : t('products.files.progress', { done: number.format(l.done), of: number.format(l.of) })
  return (
    <>
      <progress max={Math.max(1, l.of)} value={l.of === 0 ? undefined : l.done} aria-label={says} />
      <p className="quiet small">{says}</p>
    </>
  )
}

/** Came is what came of a load: how much of it is new, and the lines that could not be read. */
function Came({ load }: { load: Schemas['CatalogLoad'] }) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language)
  const lines = load.lines ?? []
  return (
    <>
      <p>
        {t('products.files.result', { rows: number.format(load.rows), changed: number.format(load.changed) })}{' '}
        {load.bad > 0 ? <strong>{t('products.files.bad', { count: load.bad })}.</strong> : null}
      </p>
      {lines.length > 0 ? (
        <details open={lines.length <= 5}>
          <summary>{t('products.files.firstBad', { count: lines.length })}</summary>
          <ul className="plain">
            {lines.map((b) => (
              <li key={`${b.file} ${b.line} ${b.text}`} className="wrap">
                {b.line ? `${b.file ?? ''} ${t('products.files.line', { line: b.line })}: ` : ''}
                <bdi>{b.text}</bdi>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

/** useFileName is a file of products by whose it is and of which day. */
function useFileName() {
  const source = useSource()
  const day = useDay()
  const { t } = useTranslation()
  return (s: Schemas['CatalogSource']) =>
    [
      s.kind === 'own' ? t('products.files.own') : source(s.kind, s.who),
      t('products.asOf', { day: day(s.as_of) }),
    ].join(', ')
}

function Before() {
  const { t, i18n } = useTranslation()
  const name = useFileName()
  const number = new Intl.NumberFormat(i18n.language)
  const q = useQuery({ queryKey: ['products', 'files'], queryFn: () => of(api.GET('/api/v1/products/loads')) })
  if (q.isError) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={3} />
  const column = (key: string) => t(`products.files.${key}`)
  return (
    <section className="stack tight">
      <div className="row spread">
        <h2>{t('products.files.before')}</h2>
        <SaveCsv
          file="product-files.csv"
          columns={['loaded', 'kind', 'who', 'as_of', 'rows', 'changed', 'bad']}
          rows={q.data.map((l) => ({ ...l, ...l.source }))}
        />
      </div>
      {q.data.length === 0 ? (
        <p className="quiet">{t('products.files.noneBefore')}</p>
      ) : (
        <Rows
          long
          label={t('products.files.before')}
          heads={['loaded', 'file', 'products', 'changed', 'unread'].map(column)}
        >
          {q.data.map((l) => (
            <tr key={l.id}>
              <td>
                <When at={l.loaded} />
              </td>
              <td>
                <bdi>{name(l.source)}</bdi>
              </td>
              <td className="number">{number.format(l.rows)}</td>
              <td className="number">{number.format(l.changed)}</td>
              <td className="number">{number.format(l.bad)}</td>
            </tr>
          ))}
        </Rows>
      )}
    </section>
  )
}
