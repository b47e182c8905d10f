import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useMemo } from 'react'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { DataTable } from '../../parts/DataTable'
import { Fault, Skeleton } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { useRaised } from './exceptions'
import { Files } from './Files'
import { MessageMark } from './MessageMark'
import { isFailed, messageOf, type Shipment } from './message'
import { Parcels } from './Parcels'
import './words'
import '../../style/receive.css'

const shows = ['all', 'undelivered', 'failed', 'exceptions', 'overdue'] as const
const pageRows = 200
type Search = { show?: string; partner?: string; lot?: string; tab?: string }
const searchOf = (s: Search) => Object.fromEntries(Object.entries(s).filter(([, v]) => v)) as Record<string, string>

/** Send is what left, and whether its data reached the customer before the truck. */
export function Send() {
  const t = useWords()
  const { may } = useMe()
  const search = useSearch({ strict: false }) as Search
  const late = useQuery({
    queryKey: ['shipments', 'undelivered'],
    queryFn: () =>
      of(api.GET('/api/v1/shipments', { params: { query: { way: 'out', undelivered: true, limit: 1000 } } })),
    refetchInterval: 15_000,
  })
  const tab = search.tab === 'parcels' ? 'parcels' : 'shipments'
  return (
    <>
      <div className="row spread">
        <div className="stack tight">
          <h1>{t('send.title')}</h1>
          <p className="quiet">{t('send.intro')}</p>
        </div>
        {may('ship') ? (
          <Link className="button main no-print" to="/send/new">
            {t('send.new.title')}
          </Link>
        ) : null}
      </div>
      {late.data && late.data.length > 0 ? (
        <section className="card late row spread" role="status">
          <p>{t('send.truck', { count: late.data.length })}</p>
          <Link className="button" to="/send" search={{ show: 'undelivered' }}>
            {t('send.truckShow')}
          </Link>
        </section>
      ) : late.data ? (
        <p className="quiet">{t('send.fine')}</p>
      ) : null}
      <nav className="filters no-print" aria-label={t('send.title')}>
        {(['shipments', 'parcels'] as const).map((name) => (
          <Link
            key={name}
            to="/send"
            activeOptions={{ exact: true }}
            search={name === 'parcels' ? { tab: name } : {}}
            className="chip"
            aria-current={tab === name ? 'page' : undefined}
          >
            {t(`send.tabs.${name}`)}
          </Link>
        ))}
      </nav>
      {tab === 'parcels' ? <Parcels /> : <Shipments search={search} />}
    </>
  )
}

function Shipments({ search }: { search: Search }) {
  const t = useWords()
  const go = useNavigate()
  const show = shows.find((s) => s === search.show) ?? 'all'
  const query = {
    way: 'out' as const,
    partner: search.partner || undefined,
    undelivered: show === 'undelivered' || show === 'failed' || undefined,
    overdue: show === 'overdue' || undefined,
    limit: pageRows,
  }
  const q = useInfiniteQuery({
    queryKey: ['shipments', query],
    queryFn: ({ pageParam }) =>
      of(api.GET('/api/v1/shipments', { params: { query: { ...query, before: pageParam || undefined } } })),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === pageRows ? last.at(-1)?.number : undefined),
    refetchInterval: 15_000,
  })
  const raised = useRaised()
  const rows = useMemo(() => {
    const all = q.data?.pages.flat() ?? []
    return all.filter(
      (s) =>
        (show !== 'failed' || isFailed(messageOf(s))) &&
        (show !== 'exceptions' || (raised.of(s.id).length ?? 0) > 0) &&
        (!search.lot || s.lots?.includes(search.lot)),
    )
  }, [q.data, show, search.lot, raised])
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    const value = (name: string) => String(form.get(name) ?? '').trim() || undefined
    void go({ to: '/send', search: searchOf({ show: search.show, partner: value('partner'), lot: value('lot') }) })
  }
  return (
    <>
      <nav className="filters no-print" aria-label={t('send.show')}>
        {shows.map((s) => (
          <Link
            key={s}
            to="/send"
            activeOptions={{ exact: true }}
            search={searchOf({ ...search, show: s === 'all' ? '' : s })}
            className="chip"
            aria-current={s === show ? 'true' : undefined}
          >
            {t(`send.shows.${s}`)}
          </Link>
        ))}
      </nav>
      <form
        className="row no-print"
        key={`${search.partner} ${search.lot}`}
        onSubmit={submit}
        style={{ alignItems: 'end' }}
      >
        <div className="field">
          <label htmlFor="partner">{t('send.partner')}</label>
          <input id="partner" name="partner" defaultValue={search.partner} autoComplete="off" maxLength={64} />
        </div>
        <div className="field">
          <label htmlFor="lot">{t('send.lot')}</label>
          <input id="lot" name="lot" defaultValue={search.lot} autoComplete="off" maxLength={20} />
        </div>
        <button type="submit" className="button">
          {t('module.apply')}
        </button>
      </form>
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {raised.error ? <Fault error={raised.error} /> : null}
      {(show === 'all' || show === 'failed') && !search.partner && !search.lot ? <Files /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t(q.data.pages[0]?.length === 0 && show === 'all' && !search.partner ? 'send.none' : 'send.noneSo')}</p>
        </div>
      ) : null}
      {rows.length > 0 ? <Table rows={rows} raised={raised.of} /> : null}
      {q.hasNextPage ? (
        <button type="button" className="button" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('module.more')}
        </button>
      ) : null}
    </>
  )
}

function Table({ rows, raised }: { rows: Shipment[]; raised: (id: string) => unknown[] }) {
  const t = useWords()
  return (
    <DataTable
      label={t('send.title')}
      rows={rows}
      keyOf={(s) => s.id}
      lines={2}
      columns={[
        {
          name: 'number',
          title: `${t('send.open')} · ${t('send.shipped')}`,
          width: '13.5rem',
          cell: (s) => (
            <span className="lines">
              <Link to="/send/$shipment" params={{ shipment: s.id }}>
                {t('send.detail', { n: s.number })}
              </Link>
              <span className="quiet small">
                <When at={s.created} />
              </span>
            </span>
          ),
        },
        { name: 'message', title: t('send.message'), width: '12rem', cell: (s) => <MessageMark is={messageOf(s)} /> },
        { name: 'partner', title: t('send.partner'), width: '15.5rem', cell: (s) => <PartnerName org={s.partner} /> },
        {
          name: 'lots',
          title: t('send.lot'),
          width: '8rem',
          cell: (s) => <span className="code">{s.lots?.join(', ')}</span>,
        },
        { name: 'height', title: t('send.accepted'), width: '6.5rem', cell: (s) => s.height || '–' },
        { name: 'exceptions', title: t('send.exceptions'), width: '7rem', cell: (s) => raised(s.id).length || '–' },
      ]}
    />
  )
}
