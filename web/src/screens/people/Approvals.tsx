import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { when } from '../../parts/When'
import { useWords } from '../../words'
import { useSign } from './Sign'

/** Approvals are the acts that wait for a second person. */
export function Approvals() {
  const t = useWords()
  const q = useQuery({
    queryKey: ['approvals'],
    queryFn: () => of(api.GET('/api/v1/approvals')),
    refetchInterval: 15_000,
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={4} />
  const waiting = q.data.filter((a) => !a.outcome && Date.parse(a.until) > Date.now())
  return (
    <>
      <p className="quiet">{t('people.wait.hint')}</p>
      {waiting.length === 0 ? (
        <div className="empty">
          <p>{t('people.wait.empty')}</p>
        </div>
      ) : null}
      <ul className="people">
        {waiting.map((a) => (
          <Waiting key={a.id} a={a} />
        ))}
      </ul>
    </>
  )
}

function Waiting({ a }: { a: Schemas['Pending'] }) {
  const t = useWords()
  const me = useMe()
  const queries = useQueryClient()
  const sign = useSign()
  const own = a.asker === me.data?.id
  const path = `/api/v1/approvals/${encodeURIComponent(a.id)}`
  const decide = useMutation({
    mutationFn: (yes: boolean) =>
      yes ? sign.act('POST', path, { hash: a.hash }) : sign.act('DELETE', path, undefined),
    onSuccess: () => queries.invalidateQueries(),
  })
  return (
    <li>
      <h2>{a.summary || a.act}</h2>
      <span className="quiet small">
        {t('people.wait.by', { name: a.name })} · {t('people.wait.lapses', { when: when(a.until) })}
      </span>
      <code>
        {a.method} {a.path}
      </code>
      {a.content ? (
        <details>
          <summary className="small">{t('people.wait.content')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <pre tabIndex={0}>{a.content}</pre>
        </details>
      ) : null}
      <div className="row no-print">
        {!own && me.may(a.permission) ? (
          <button type="button" className="button main" disabled={decide.isPending} onClick={() => decide.mutate(true)}>
            {t('people.wait.approve')}
          </button>
        ) : null}
        <button type="button" className="button" disabled={decide.isPending} onClick={() => decide.mutate(false)}>
          {t(own ? 'people.wait.back' : 'people.wait.refuse')}
        </button>
        {own ? <span className="quiet small">{t('people.wait.own')}</span> : null}
      </div>
      {decide.isError ? <Fault error={decide.error} /> : null}
      {sign.dialog}
    </li>
  )
}
