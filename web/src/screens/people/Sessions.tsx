import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { usePeople } from './People'

/** Sessions are the browsers that are signed in for this organisation. */
export function Sessions() {
  const t = useWords()
  const queries = useQueryClient()
  const people = usePeople()
  const q = useQuery({ queryKey: ['sessions'], queryFn: () => of(api.GET('/api/v1/people/sessions')) })
  const end = useMutation({
    mutationFn: (id: string) => of(api.DELETE('/api/v1/people/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={4} />
  const nameOf = (id: string) =>
    people.data?.find((p) => p.id === id)?.name ?? (id === 'owner' ? t('people.owner') : id)
  return (
    <>
      {q.data.length === 0 ? <p className="quiet">{t('people.noSessions')}</p> : null}
      {end.isError ? <Fault error={end.error} /> : null}
      <Rows
        label={t('people.tabs.sessions')}
        heads={[
          t('people.session.who'),
          t('people.session.how'),
          t('people.session.since'),
          t('people.session.used'),
          t('people.session.end'),
        ]}
      >
        {q.data.map((s) => (
          <tr key={s.id}>
            <td>{nameOf(s.principal)}</td>
            <td>{t(`people.methods.${s.method}`, { defaultValue: s.method })}</td>
            <td>
              <When at={s.began} />
            </td>
            <td>
              <When at={s.used} />
            </td>
            <td>
              <Ask
                label={t('people.session.end')}
                name={`${t('people.session.end')}: ${nameOf(s.principal)}`}
                sure={t('people.endSure')}
                busy={end.isPending}
                act={() => end.mutate(s.id)}
              />
            </td>
          </tr>
        ))}
      </Rows>
    </>
  )
}
