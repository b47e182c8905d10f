import { useMutation, useQueryClient } from '@tanstack/react-query'

/** useChange does something to the catalogue, and shows it as it is then. */
export function useChange<T>(send: (given: T) => Promise<unknown>, done?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      await Promise.all(['product', 'products'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
      done?.()
    },
  })
}
