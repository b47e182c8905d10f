import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { useScans } from '../../app/scans'
import { Fault, Skeleton } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { ScanBox } from '../../parts/ScanBox'
import { Shape } from '../../parts/Shapes'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { Thing } from './Matter'
import { Queue } from './queue'
import { waited } from './waited'
import { sessionFor } from './where'
import './words'
import '../../style/receive.css'

type Arrival = Schemas['DockArrival']
const states = ['announced', 'receiving', 'late', 'no-data', 'unproved', 'stopped'] as const
const shapes = {
  announced: 'ok',
  receiving: 'ok',
  late: 'tell',
  unproved: 'tell',
  'no-data': 'tell',
  stopped: 'stop',
} as const
const shownAtOnce = 100

/** Receive is what waits at the dock: announced shipments and documents, and sessions that are open. */
export function Receive() {
  const t = useWords()
  const go = useNavigate()
  const { state } = useSearch({ strict: false }) as { state?: string }
  const { may } = useMe()
  const [shown, setShown] = useState(shownAtOnce)
  const q = useQuery({
    queryKey: ['arrivals'],
    queryFn: () => of(api.GET('/api/v1/arrivals')),
    refetchInterval: 15_000,
  })
  const rows = q.data?.rows ?? []
  const begin = useMutation({
    mutationFn: async ({ row, item }: { row?: Arrival; item?: string }) => {
      if (item !== undefined) return sessionFor(item)
      if (row?.session) return row.session
      const body = row?.delivery ? { delivery: row.delivery } : row?.document ? { documents: [row.document] } : {}
      return (await of(api.POST('/api/v1/docks', { body }))).id
    },
    onSuccess: (id, { item }) => {
      if (id !== undefined)
        void go({
          to: '/receive/$session',
          params: { session: String(id) },
          search: item === undefined ? {} : { scan: item },
        })
    },
  })
  const take = (item: string) => begin.mutate({ item })
  useScans(take)
  if (q.isPending) return <Skeleton lines={8} />
  const seen = rows.filter((r) => !state || r.state === state)
  const unknown = begin.isSuccess && begin.data === undefined
  return (
    <>
      <div className="stack tight">
        <h1>{t('receive.title')}</h1>
        <p className="quiet">{t('receive.intro')}</p>
      </div>
      <Unsent />
      {may('receive') ? <ScanBox take={take} busy={begin.isPending} /> : null}
      {unknown ? (
        <section className="card stack tight" role="alert">
          <h2>{t('receive.unknown', { code: begin.variables?.item })}</h2>
          <p>{t('receive.unknownWhat')}</p>
        </section>
      ) : begin.isError ? (
        <Fault error={begin.error} again={() => begin.mutate(begin.variables)} />
      ) : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data ? <Filters rows={rows} state={state} /> : null}
      {q.data && seen.length === 0 ? (
        <div className="empty">
          <p>{t(rows.length === 0 ? 'receive.none' : 'receive.noneSo')}</p>
        </div>
      ) : null}
      <ul className="arrivals" aria-label={t('receive.title')}>
        {seen.slice(0, shown).map((r) => (
          <li key={`${r.delivery ?? r.document ?? r.session} ${r.path ?? ''}`}>
            <Row row={r} act={may('receive') ? () => begin.mutate({ row: r }) : undefined} busy={begin.isPending} />
          </li>
        ))}
      </ul>
      {seen.length > shown ? (
        <button type="button" className="button" onClick={() => setShown(shown + shownAtOnce)}>
          {t('module.more')}
        </button>
      ) : null}
      {q.data?.more ? <p className="quiet">{t('receive.more', { count: q.data.more })}</p> : null}
      {may('receive') && q.data ? (
        <section className="card stack tight">
          <h2>{t('receive.bare')}</h2>
          <p>{t('receive.bareWhy')}</p>
          <div className="row">
            <button type="button" className="button" disabled={begin.isPending} onClick={() => begin.mutate({})}>
              {t('receive.bare')}
            </button>
          </div>
        </section>
      ) : null}
    </>
  )
}

/** Unsent leads back to the sessions whose scans are not all sent. */
function Unsent() {
  const t = useWords()
  const me = useMe()
  if (!me.data) return null
  return [...Queue.bySession(localStorage, `${me.data.org}.${me.data.id}`)].map(([id, count]) => (
    <section key={id} className="card late row spread" role="status">
      <p>{t('receive.unsent', { count, id })}</p>
      <Link className="button" to="/receive/$session" params={{ session: id }} search={{}}>
        {t('receive.go')}
      </Link>
    </section>
  ))
}

function Filters({ rows, state }: { rows: Arrival[]; state?: string }) {
  const t = useWords()
  const many = (s: string) => rows.filter((r) => r.state === s).length
  return (
    <nav className="filters no-print" aria-label={t('receive.filter')}>
      <Link
        to="/receive"
        search={{}}
        activeOptions={{ exact: true }}
        className="chip"
        aria-current={state ? undefined : 'true'}
      >
        {t('receive.all')} {rows.length}
      </Link>
      {states
        .filter((s) => many(s) > 0 || s === state)
        .map((s) => (
          <Link
            key={s}
            to="/receive"
            search={{ state: s }}
            activeOptions={{ exact: true }}
            className="chip"
            aria-current={s === state ? 'true' : undefined}
          >
            {t(`receive.states.${s}`)} {many(s)}
          </Link>
        ))}
    </nav>
  )
}

function Row({ row: r, act, busy }: { row: Arrival; act?: () => void; busy: boolean }) {
  const t = useWords()
  const word = shapes[r.state]
  const wait = waited(r.since, Date.now())
  return (
    <article className="card arrival">
      <div className="stack tight">
        <p className={`light ${word}`}>
          <Shape word={word} />
          {t(`receive.states.${r.state}`)}
        </p>
        <h2>{r.path ? <Thing path={r.path} kind={r.kind} /> : t('receive.bare')}</h2>
        <p className="quiet">{r.text || t(`receive.says.${r.state}`)}</p>
      </div>
      <dl className="facts">
        {r.seller ? (
          <>
            <dt>{t('receive.seller')}</dt>
            <dd>
              <PartnerName org={r.seller} />
            </dd>
          </>
        ) : null}
        {r.po ? (
          <>
            <dt>{t('receive.po')}</dt>
            <dd className="code">{r.po}</dd>
          </>
        ) : null}
        <dt>{t('receive.holds')}</dt>
        <dd>
          {r.packs > 0
            ? [r.cases > 0 ? t('receive.cases', { count: r.cases }) : '', t('receive.packs', { count: r.packs })]
                .filter(Boolean)
                .join(', ')
            : t('receive.things', { count: r.found })}
          {r.session && r.packs > 0 ? ` · ${t('receive.found', { found: r.found, count: r.packs })}` : ''}
        </dd>
        <dt>{t('receive.waits')}</dt>
        <dd>
          {wait.days
            ? t('receive.days', { count: wait.days })
            : t(wait.hours ? 'receive.hours' : 'receive.minutes', wait)}
          <span className="quiet">
            {' '}
            {t('receive.since')} <When at={r.since} />
          </span>
        </dd>
      </dl>
      {r.session ? (
        <Link className="button main" to="/receive/$session" params={{ session: String(r.session) }} search={{}}>
          {t('receive.go')}
        </Link>
      ) : act && (r.path || r.document) ? (
        <button type="button" className="button main" disabled={busy} onClick={act}>
          {t('receive.begin')}
        </button>
      ) : null}
    </article>
  )
}
