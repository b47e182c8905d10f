import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
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
  if (q.isError) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={4} />
  const nameOf = (id: string) =>
    people.data?.find((p) => p.id === id)?.name ?? (id === 'owner' ? t('people.owner') : id)
  return (
    <>
      {q.data.length === 0 ? <p className="quiet">{t('people.noSessions')}</p> : null}
      {end.isError ? <Fault error={end.error} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label={t('people.tabs.sessions')}>
        <table className="table">
          <thead>
            <tr>
              <th>{t('people.session.who')}</th>
              <th>{t('people.session.how')}</th>
              <th>{t('people.session.since')}</th>
              <th>{t('people.session.used')}</th>
              <th>
                <span className="hidden">{t('people.session.end')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </section>
    </>
  )
}
