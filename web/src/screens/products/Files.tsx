import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { Load, Loads, often } from '../../parts/load/Load'
import { Rows } from '../../parts/Rows'
import { SaveCsv } from '../../parts/SaveCsv'
import { When } from '../../parts/When'
import { useChange } from './change'
import { Give } from './Give'
import { useDay, useSource } from './source'

/** Files is where files of products are loaded: one to give, those under way, those of before. */
export function Files() {
  const { t } = useTranslation()
  const me = useMe()
  return (
    <>
      {me.may('keep-catalogue') ? <Give /> : <p className="quiet">{t('products.files.reader')}</p>}
      <Loads kind="load-products" queryKey={['products', 'jobs']} one={(job) => <One key={job} job={job} />} />
      <Before />
    </>
  )
}

/** One is a load of products, with what came of it. */
function One({ job }: { job: number }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const me = useMe()
  const name = useFileName()
  const number = new Intl.NumberFormat(i18n.language)
  const path = { params: { path: { job } } }
  const q = useQuery({
    queryKey: ['products', 'load', job],
    queryFn: () => of(api.GET('/api/v1/products/loads/{job}', path)),
    refetchInterval: often,
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
  const says =
    l.done === l.of && l.state === 'running'
      ? t('products.files.compare')
      : t('products.files.progress', { done: number.format(l.done), of: number.format(l.of) })
  return (
    <Load
      title={name(l.load.source)}
      l={l}
      says={says}
      paused={t('products.files.paused')}
      turn={me.may('keep-catalogue') ? turn : undefined}
    >
      <Came load={l.load} />
    </Load>
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
