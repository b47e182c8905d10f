import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { api, of } from '../../api/client'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { EntryRows, MemberLink } from './parts'
import './words'

/** Block is one block with its entries. */
export function Block() {
  const t = useWords()
  const { height: text } = useParams({ strict: false }) as { height: string }
  const height = Number(text)
  const block = useQuery({
    queryKey: ['block', height],
    queryFn: () => of(api.GET('/api/v1/blocks/{height}', { params: { path: { height } } })),
  })
  const entries = useInfiniteQuery({
    queryKey: ['entries', height],
    queryFn: ({ pageParam }) =>
      of(api.GET('/api/v1/entries', { params: { query: { height, cursor: pageParam || undefined } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    enabled: (block.data?.entries ?? 0) > 0,
  })
  const rows = entries.data?.pages.flatMap((p) => p.rows ?? []) ?? []
  if (!block.data)
    return (
      <>
        <h1>{t('ledger.block', { height: text })}</h1>
        {block.isError ? <Fault error={block.error} again={() => void block.refetch()} /> : <Skeleton lines={6} />}
      </>
    )
  const b = block.data
  return (
    <>
      <nav className="row small no-print" aria-label={t('ledger.title')}>
        <Link to="/ledger" search={{}}>
          {t('ledger.back')}
        </Link>
        {b.height > 1 ? (
          <Link to="/ledger/block/$height" params={{ height: String(b.height - 1) }}>
            {t('ledger.before')}
          </Link>
        ) : null}
        <Link to="/ledger/block/$height" params={{ height: String(b.height + 1) }}>
          {t('ledger.after')}
        </Link>
      </nav>
      <div className="row spread">
        <h1>{t('ledger.block', { height: b.height })}</h1>
        <Export name={`block-${b.height}`} rows={rows} answer={{ ...b, rows }} />
      </div>
      <dl className="facts">
        <dt>{t('ledger.time')}</dt>
        <dd>
          <When at={b.time} />
        </dd>
        <dt>{t('ledger.hash')}</dt>
        <dd className="code">{b.hash}</dd>
        <dt>{t('ledger.proposer')}</dt>
        <dd>
          <MemberLink id={b.proposer} />
        </dd>
        <dt>{t('ledger.count')}</dt>
        <dd>{b.entries}</dd>
      </dl>
      {b.entries === 0 ? <p className="quiet">{t('ledger.noneHere')}</p> : null}
      {entries.isError ? <Fault error={entries.error} again={() => void entries.refetch()} /> : null}
      {rows.length > 0 ? <EntryRows entries={rows} label={t('ledger.entries')} /> : null}
      {entries.hasNextPage ? (
        <div>
          <button type="button" className="button" onClick={() => void entries.fetchNextPage()}>
            {t('ledger.older')}
          </button>
        </div>
      ) : null}
    </>
  )
}
