import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { Shape } from '../../parts/Shapes'
import { When, when } from '../../parts/When'
import type { Word } from '../../parts/word'
import { langOfNode, useWords } from '../../words'
import { plain } from '../../words/plain'

const pageRows = 100
const words: Record<string, Word> = { sent: 'ok', acknowledged: 'ok', failed: 'stop', dropped: 'stop' }

/** Parcels are documents on their way to partners outside the network. */
export function Parcels() {
  const t = useWords()
  const { may } = useMe()
  const client = useQueryClient()
  const q = useInfiniteQuery({
    queryKey: ['parcels'],
    queryFn: ({ pageParam }) =>
      of(api.GET('/api/v1/parcels', { params: { query: { before: pageParam || undefined, limit: pageRows } } })),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === pageRows ? last.at(-1)?.number : undefined),
    refetchInterval: 15_000,
  })
  const retry = useMutation({
    mutationFn: (n: number) => of(api.POST('/api/v1/parcels/{n}/retry', { params: { path: { n } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['parcels'] }),
  })
  if (q.isPending) return <Skeleton lines={4} />
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  const rows = q.data.pages.flat()
  if (rows.length === 0)
    return (
      <div className="empty">
        <p>{t('send.parcels.none')}</p>
      </div>
    )
  return (
    <>
      <ul className="arrivals" aria-label={t('send.tabs.parcels')}>
        {rows.map((p) => (
          <li key={p.number} className="card arrival">
            <div className="stack tight">
              <p className={`light ${words[p.state] ?? 'tell'}`}>
                <Shape word={words[p.state] ?? 'tell'} />
                {t(`send.parcels.states.${p.state}`)}
              </p>
              <h2>{p.name}</h2>
              {p.reason ? <p lang={langOfNode()}>{plain(p.reason)}</p> : null}
              {p.next && p.tries > 0 ? (
                <p className="quiet small">{t('send.parcels.next', { when: when(p.next) })}</p>
              ) : null}
            </div>
            <dl className="facts">
              <dt>{t('send.parcels.partner')}</dt>
              <dd>
                <PartnerName org={p.partner} />
              </dd>
              <dt>{t('send.parcels.way')}</dt>
              <dd>
                {t(`send.parcels.ways.${p.way}`)} {p.format}
              </dd>
              <dt>{t('send.parcels.created')}</dt>
              <dd>
                <When at={p.created} />
              </dd>
            </dl>
            {may('send') && (p.state === 'failed' || p.state === 'dropped') ? (
              <button
                type="button"
                className="button"
                aria-label={`${t('send.parcels.retry')}: ${p.name}`}
                disabled={retry.isPending}
                onClick={() => retry.mutate(p.number)}
              >
                {t('send.parcels.retry')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {retry.isError ? <Fault error={retry.error} /> : null}
      {q.hasNextPage ? (
        <button type="button" className="button" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('module.more')}
        </button>
      ) : null}
    </>
  )
}
