import { type UseMutationResult, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, of } from '../../api/client'
import { useWords } from '../../words'
import { Fault } from '../Fault'
import './words'

const jobsMost = 20
const jobsEveryMs = 3_000
const loadEveryMs = 500

/** Loading is how far the load of a file is. */
export type Loading = { state: 'running' | 'paused' | 'done' | 'failed'; error?: string; done: number; of: number }

/** often is how often a load is asked for: while it runs, so that its bar moves. */
export const often = (now: { state: { data?: Loading } }) =>
  now.state.data?.state === 'running' ? loadEveryMs : (false as const)

/** Loads are the loads of a kind that aren't done, and the newest one as it ended. The node has them, so a reload loses none. */
export function Loads({
  kind,
  queryKey,
  one,
}: {
  kind: 'load-products' | 'load-licence-list'
  queryKey: string[]
  one: (job: number) => ReactNode
}) {
  const t = useWords()
  const q = useQuery({
    queryKey,
    queryFn: () => of(api.GET('/api/v1/jobs', { params: { query: { kind, limit: jobsMost } } })),
    refetchInterval: jobsEveryMs,
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  const shown = (q.data ?? []).filter((j, i) => j.state !== 'done' || i === 0)
  if (shown.length === 0) return null
  return (
    <section className="stack tight no-print" aria-labelledby="under">
      <h2 id="under">{t('load.under')}</h2>
      {shown.map((j) => one(j.id))}
    </section>
  )
}

type Turn = Pick<UseMutationResult<unknown, Error, boolean>, 'isPending' | 'isError' | 'error' | 'mutate'>

/** Load is one of them: how far it is, what stops it or lets it go on, and, below, what came of it. */
export function Load({
  title,
  l,
  says,
  paused,
  turn,
  children,
}: {
  title: string
  l: Loading
  says: string // how far it is, in words
  paused: string // what holds while it is stopped
  turn?: Turn // nothing for who may not
  children: ReactNode
}) {
  const t = useWords()
  return (
    <div className="card stack tight">
      <div className="row spread">
        <h3>
          <bdi>{title}</bdi>
        </h3>
        <span className="small" role="status">
          {t(`load.states.${l.state}`)}
        </span>
      </div>
      {l.state === 'running' || l.state === 'paused' ? <Bar l={l} says={says} /> : null}
      {l.state === 'paused' ? <p className="quiet small">{paused}</p> : null}
      {l.state === 'failed' ? <p className="wrap">{l.error}</p> : null}
      {l.state === 'done' ? children : null}
      {turn && l.state !== 'done' ? (
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={turn.isPending}
            onClick={() => turn.mutate(l.state !== 'running')}
          >
            {t(l.state === 'running' ? 'load.stop' : 'load.goOn')}
          </button>
        </div>
      ) : null}
      {turn?.isError ? <Fault error={turn.error} /> : null}
    </div>
  )
}

function Bar({ l, says }: { l: Loading; says: string }) {
  const t = useWords()
  const text = l.of === 0 ? t('load.waiting') : says
  return (
    <>
      <progress max={Math.max(1, l.of)} value={l.of === 0 ? undefined : l.done} aria-label={text} />
      <p className="quiet small">{text}</p>
    </>
  )
}
