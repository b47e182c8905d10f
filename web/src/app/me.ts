import { useQuery } from '@tanstack/react-query'
import { api, of } from '../api/client'

/** useMe is who is signed in and what they may do. */
export function useMe() {
  const q = useQuery({ queryKey: ['me'], queryFn: () => of(api.GET('/api/v1/me')), staleTime: 60_000 })
  return { ...q, may: (permission: string) => (q.data?.permissions ?? []).includes(permission) }
}

/** useStatus is what the node knows of the ledger, asked again while the page is seen. */
export function useStatus() {
  return useQuery({ queryKey: ['status'], queryFn: () => of(api.GET('/api/v1/status')), refetchInterval: 5_000 })
}
