import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, of, type Schemas } from '../api/client'
import { Fault } from '../parts/Fault'
import { useWords } from '../words'
import { Release } from './Release'

/**
 * Unsuspect takes the suspicion off a pack. Where a case about it was escalated it leads
 * there: a second person reads the evidence anew before the goods are cleared.
 */
export function Unsuspect({ answer, done }: { answer: Schemas['Answer']; done: () => void }) {
  const t = useWords()
  const id = answer.facts?.find((f) => f.case)?.case ?? ''
  const about = useQuery({
    queryKey: ['cases', 'one', id],
    queryFn: () => of(api.GET('/api/v1/cases/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  })
  if (id && about.isError) return <Fault error={about.error} again={() => void about.refetch()} />
  if (id && !about.data) return null
  if (about.data?.suspect)
    return (
      <Link className="button main" to="/cases/$id" params={{ id }}>
        {t('scan.investigated')}
      </Link>
    )
  return <Release path={answer.path} mark="suspect" done={done} />
}
