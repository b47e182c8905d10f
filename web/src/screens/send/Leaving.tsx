import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { plain } from '../../words/plain'

/** Leaving ends a departure to a customer outside the network: the goods have left, or they stay. */
export function Leaving({ id }: { id: string }) {
  const t = useWords()
  const client = useQueryClient()
  const { may } = useMe()
  const params = { path: { id } }
  const act = useMutation({
    mutationFn: async (gone: boolean) => {
      if (!gone) return void (await of(api.POST('/api/v1/shipments/{id}/void', { params })))
      const refusal = (await of(api.POST('/api/v1/departures/{id}/confirm', { params }))).refused?.[0]
      if (refusal) throw new Error(plain(refusal.text))
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['shipments'] }),
  })
  return (
    <section className="card stack tight no-print">
      <p>{t('send.leaving.why')}</p>
      <div className="row">
        <Ask
          label={t('send.leaving.gone')}
          sure={t('send.leaving.goneSure')}
          busy={act.isPending}
          act={() => act.mutate(true)}
        />
        {may('ship') ? (
          <Ask
            label={t('send.leaving.stay')}
            sure={t('send.leaving.staySure')}
            busy={act.isPending}
            act={() => act.mutate(false)}
          />
        ) : null}
      </div>
      {act.isError ? <Fault error={act.error} /> : null}
    </section>
  )
}
