import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, of } from '../api/client'
import { useMe } from '../app/me'
import { Fault, Skeleton } from '../parts/Fault'
import { When, when } from '../parts/When'
import { useWords } from '../words'

type Item = { key: string; text: string; sub?: ReactNode; due?: string; late?: boolean; list: string; id?: string }
const most = 8

/** Home is what waits for this person: work with an owner and a clock, not figures. */
export function Home() {
  const t = useWords()
  const me = useMe()
  if (me.isPending) return <Skeleton lines={6} />
  return (
    <>
      <div className="stack tight">
        <h1>{t('home.title')}</h1>
        {me.data ? (
          <p className="quiet">{t('home.hello', { name: me.data.kind === 'person' ? me.data.name : me.data.org })}</p>
        ) : null}
      </div>
      {me.may('read-goods') ? (
        <>
          <Work
            title={t('home.cases')}
            list="list-cases"
            ask={async () =>
              (await of(api.GET('/api/v1/cases'))).map((c) => ({
                key: c.id,
                text: `${c.number} · ${c.what}`,
                sub: c.next,
                due: c.due?.at,
                late: c.overdue,
                list: 'list-cases',
                id: c.id,
              }))
            }
          />
          <Work
            title={t('home.inbox')}
            list="list-inbox"
            search={{ state: 'waiting' }}
            ask={async () =>
              (await of(api.GET('/api/v1/inbox', { params: { query: { state: 'waiting' } } }))).map((d) => ({
                key: d.id,
                text: `${d.from} · ${d.kind} ${d.subject?.name ?? ''}`,
                sub: <When at={d.received} />,
                list: 'list-inbox',
                id: d.id,
              }))
            }
          />
          <Work
            title={t('home.outbox')}
            list="list-outbox"
            search={{ state: 'dead' }}
            ask={async () =>
              (await of(api.GET('/api/v1/outbox', { params: { query: { state: 'dead' } } }))).map((d) => ({
                key: d.id,
                text: `${d.to} · ${d.kind} ${d.subject?.name ?? ''}`,
                sub: d.reason,
                list: 'list-outbox',
                id: d.id,
              }))
            }
          />
          <Work
            title={t('home.jobs')}
            list="list-jobs"
            search={{ state: 'running' }}
            ask={async () =>
              (await of(api.GET('/api/v1/jobs', { params: { query: { state: 'running' } } }))).map((j) => ({
                key: String(j.id),
                text: `${j.id} · ${j.kind}`,
                sub: <When at={j.updated} />,
                list: 'list-jobs',
                id: String(j.id),
              }))
            }
          />
        </>
      ) : null}
      {me.may('approve') ? (
        <Work
          title={t('home.approvals')}
          list="list-approvals"
          ask={async () =>
            (await of(api.GET('/api/v1/approvals')))
              .filter((a) => !a.outcome)
              .map((a) => ({ key: a.id, text: a.summary ?? a.act, sub: a.name, due: a.until, list: 'list-approvals' }))
          }
        />
      ) : null}
    </>
  )
}

function Work({
  title,
  list,
  search,
  ask,
}: {
  title: string
  list: string
  search?: Record<string, string>
  ask: () => Promise<Item[]>
}) {
  const t = useWords()
  const q = useQuery({ queryKey: ['work', list, search], queryFn: ask, refetchInterval: 15_000 })
  return (
    <section className="card stack tight">
      <div className="row spread">
        <h2>
          {title} {q.data ? <span className="quiet">{q.data.length}</span> : null}
        </h2>
        <Link to="/all/$list" params={{ list }} search={search ?? {}}>
          {t('home.all')}
        </Link>
      </div>
      {q.isPending ? <Skeleton lines={1} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data?.length === 0 ? <p className="quiet">{t('home.empty')}</p> : null}
      {q.data && q.data.length > 0 ? (
        <ul className="facts-list">
          {q.data.slice(0, most).map((i) => (
            <li key={i.key} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
              <span>
                {i.id ? (
                  <Link to="/all/$list/$id" params={{ list: i.list, id: i.id }}>
                    {i.text}
                  </Link>
                ) : (
                  i.text
                )}
                {i.sub ? <span className="quiet small"> {i.sub}</span> : null}
              </span>
              {i.due ? (
                <span className={i.late ? 'light stop small' : 'quiet small'}>
                  {t(i.late ? 'home.overdue' : 'home.due', { when: when(i.due) })}
                </span>
              ) : (
                <span />
              )}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
