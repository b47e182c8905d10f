import { useQuery } from '@tanstack/react-query'
import { api, known, of } from '../api/client'

const ask = async () => {
  const me = await of(api.GET('/api/v1/me'))
  known()
  return me
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
