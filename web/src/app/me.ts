import { useQuery } from '@tanstack/react-query'
import { Away, api, known, of } from '../api/client'

/** ask asks the node; while that is away, who was here when this device's list was made still is. */
const ask = async () => {
  try {
    const me = await of(api.GET('/api/v1/me'))
    known(me)
    return me
  } catch (e) {
    const kept = e instanceof Away ? await import('../offline/list').then((l) => l.keptMe()) : undefined
    if (kept) return kept
    throw e
  }
}

/** useMe is who is signed in and what they may do. */
export function useMe() {
  const q = useQuery({ queryKey: ['me'], queryFn: ask, staleTime: 60_000 })
  return { ...q, may: (permission: string) => (q.data?.permissions ?? []).includes(permission) }
}

/** useStatus is what the node knows of the ledger, asked again while the page is seen. */
export function useStatus() {
  return useQuery({ queryKey: ['status'], queryFn: () => of(api.GET('/api/v1/status')), refetchInterval: 5_000 })
}

/** useOrg is the organisation that the person acts for, as the ledger has it. */
export function useOrg() {
  const me = useMe()
  const id = me.data?.org ?? ''
  return useQuery({
    queryKey: ['organisation', id],
    queryFn: () => of(api.GET('/api/v1/organisations/{id}', { params: { path: { id } } })),
    enabled: id !== '' && me.may('read-ledger'),
    staleTime: 600_000,
  })
}
