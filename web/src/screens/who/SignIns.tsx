import { useMutation, useQuery } from '@tanstack/react-query'
import { api, of, type Schemas } from '../../api/client'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'

const login = '/login?next=/console/'

/** SignIns goes to another organisation of this node for which one is signed in in this browser too. */
export function SignIns() {
  const t = useWords()
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
  return (
    <div className="row">
      {others.data?.map((o) => (
        <button
          key={`${o.org}/${o.id}`}
          type="button"
          className="button"
          disabled={change.isPending}
          onClick={() => change.mutate(o)}
        >
          {t('org.change', { org: o.org, name: o.name })}
        </button>
      ))}
      <button type="button" className="button" disabled={more.isPending} onClick={() => more.mutate()}>
        {t('org.more')}
      </button>
      {change.isError || more.isError ? <Fault error={change.error ?? more.error} /> : null}
    </div>
  )
}
