import { useMutation, useQuery } from '@tanstack/react-query'
import { api, of, type Schemas } from '../api/client'
import { Fault } from '../parts/Fault'
import { useWords } from '../words'
import { useMe, useOrg } from './me'

const login = '/login?next=/console/'

/** SignIns says for which organisation one acts, and goes to another for which one is signed in in this browser too. */
export function SignIns() {
  const t = useWords()
  const me = useMe()
  const org = useOrg()
  const others = useQuery({ queryKey: ['signins'], queryFn: () => of(api.GET('/api/v1/me/signins')), retry: false })
  // Everything on the page is of the organisation that was: the page is loaded anew.
  const change = useMutation({
    mutationFn: (to: Schemas['SignIn']) =>
      of(api.POST('/api/v1/me/signins/{org}/{id}', { params: { path: { org: to.org, id: to.id } } })),
    onSuccess: () => location.assign('/console/'),
  })
  const more = useMutation({
    mutationFn: () => of(api.POST('/api/v1/me/signins')),
    onSuccess: () => location.assign(login),
  })
  if (!me.data) return null
  return (
    <section className="stack tight" aria-label={t('who.organisations')}>
      <p className="quiet small">{t('who.acts', { org: org.data?.name ?? me.data.org })}</p>
      {others.data?.map((o) => (
        <button
          key={`${o.org}/${o.id}`}
          type="button"
          className="button"
          disabled={change.isPending}
          onClick={() => change.mutate(o)}
        >
          {t('who.change', { org: o.org, name: o.name })}
        </button>
      ))}
      <button type="button" className="button bare" disabled={more.isPending} onClick={() => more.mutate()}>
        {t('who.more')}
      </button>
      {change.isError || more.isError ? <Fault error={change.error ?? more.error} /> : null}
    </section>
  )
}
