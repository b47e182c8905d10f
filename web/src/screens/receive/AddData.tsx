import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'

/** AddData joins a document that came later to goods that came without one. */
export function AddData({ id }: { id: number }) {
  const t = useWords()
  const { may } = useMe()
  const names = useNames()
  const client = useQueryClient()
  const waiting = useQuery({
    queryKey: ['arrivals'],
    queryFn: () => of(api.GET('/api/v1/arrivals')),
    refetchInterval: 15_000,
  })
  const join = useMutation({
    mutationFn: (document: number) =>
      of(api.POST('/api/v1/docks/{id}/documents', { params: { path: { id } }, body: { document } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['dock', id] }),
  })
  const documents = new Map(
    (waiting.data?.rows ?? []).filter((r) => r.document && !r.session).map((r) => [r.document, r]),
  )
  return (
    <section className="stack tight">
      <h2>{t('receive.session.data')}</h2>
      <p>{t('receive.session.nothingExpected')}</p>
      {may('receive') && documents.size > 0 ? (
        <>
          <p className="quiet">{t('receive.session.dataWhy')}</p>
          {[...documents.values()].map((r) => (
            <div key={r.document} className="row">
              <button
                type="button"
                className="button"
                disabled={join.isPending}
                onClick={() => join.mutate(r.document as number)}
              >
                {t('receive.session.join', { n: r.document, who: names.partner(undefined, r.seller), po: r.po || '–' })}
              </button>
            </div>
          ))}
        </>
      ) : null}
      {waiting.isError ? <Fault error={waiting.error} /> : null}
      {join.isError ? <Fault error={join.error} /> : null}
    </section>
  )
}
