import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { Load, often } from '../../parts/load/Load'
import { useWords } from '../../words'
import { dayOf } from './Authority'

/** ListLoad is a list on its way, which counts when all of it is loaded. */
export function ListLoad({ job }: { job: number }) {
  const t = useWords()
  const { i18n } = useTranslation()
  const queries = useQueryClient()
  const me = useMe()
  const number = new Intl.NumberFormat(i18n.language)
  const path = { params: { path: { job } } }
  const q = useQuery({
    queryKey: ['listload', job],
    queryFn: () => of(api.GET('/api/v1/partners/lists/loads/{job}', path)),
    refetchInterval: often,
  })
  const turn = useMutation({
    mutationFn: (on: boolean) =>
      of(
        on
          ? api.POST('/api/v1/partners/lists/loads/{job}', path)
          : api.DELETE('/api/v1/partners/lists/loads/{job}', path),
      ),
    onSuccess: (l) => queries.setQueryData(['listload', job], l),
  })
  const state = q.data?.state
  useEffect(() => {
    if (state === 'done')
      for (const queryKey of [['licencelists'], ['standings']]) void queries.invalidateQueries({ queryKey })
  }, [state, queries])
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={2} />
  const l = q.data
  return (
    <Load
      title={t('partners.list.of', { source: l.list.source, day: dayOf(l.list.as_of) })}
      l={l}
      says={t('partners.list.progress', { done: number.format(l.done), of: number.format(l.of) })}
      paused={t('partners.list.stopped')}
      turn={me.may('keep-partners') ? turn : undefined}
    >
      <Loaded l={l.list} />
    </Load>
  )
}

/** Loaded is what came of a list: its rows, and the lines that could not be read. */
function Loaded({ l }: { l: Schemas['PartnerList'] }) {
  const t = useWords()
  const say = { source: l.source, day: dayOf(l.as_of), rows: l.rows }
  return (
    <div className="stack tight">
      <p>
        <strong>{t('partners.list.done', say)}</strong> {l.bad > 0 ? t('partners.list.bad', { count: l.bad }) : ''}
      </p>
      {(l.lines ?? []).length > 0 ? (
        <ul>
          {(l.lines ?? []).map((b) => (
            <li key={b.line}>{t('partners.list.line', { line: b.line, text: b.text })}</li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
