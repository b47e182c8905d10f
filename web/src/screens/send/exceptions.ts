import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { api, of, type Schemas } from '../../api/client'

const casesMost = 1000

/** useRaised finds the exception cases about shipments, by the shipment's id. */
export function useRaised() {
  const q = useQuery({
    queryKey: ['cases', 'all'],
    queryFn: () => of(api.GET('/api/v1/cases', { params: { query: { all: true, limit: casesMost } } })),
    refetchInterval: 15_000,
  })
  const byShipment = useMemo(() => {
    const found = new Map<string, Schemas['CaseCase'][]>()
    for (const c of q.data ?? []) if (c.shipment) found.set(c.shipment, [...(found.get(c.shipment) ?? []), c])
    return found
  }, [q.data])
  const find = useCallback((id: string) => byShipment.get(id) ?? [], [byShipment])
  return useMemo(() => ({ of: find, error: q.error, loading: q.isPending }), [find, q.error, q.isPending])
}
