// Names of people and partners, for ids that stand in answers.
import { useQuery } from '@tanstack/react-query'
import { api, of } from '../api/client'
import { useWords } from '../words'
import { useMe } from './me'

const staleMs = 60_000

/** usePartners is the address book. */
export function usePartners() {
  const me = useMe()
  return useQuery({
    queryKey: ['partners'],
    queryFn: () => of(api.GET('/api/v1/partners')),
    staleTime: staleMs,
    enabled: me.may('read-goods'),
  })
}

/** useColleagues are the people of this organisation. */
export function useColleagues() {
  const me = useMe()
  return useQuery({
    queryKey: ['colleagues'],
    queryFn: () => of(api.GET('/api/v1/colleagues')),
    staleTime: staleMs,
    enabled: me.may('read-goods'),
  })
}

/** useNames writes ids as names. What nobody knows stays an id. */
export function useNames() {
  const t = useWords()
  const me = useMe()
  const partners = usePartners()
  const colleagues = useColleagues()
  return {
    /** partner is a partner by its number in the address book, or by its id on the ledger. */
    partner: (number?: number, org?: string) =>
      (number || org ? partners.data?.find((p) => (number ? p.id === number : p.org === org))?.name : '') ?? org ?? '',
    /** person is who an id or a role means, to the reader. */
    person: (id?: string) => {
      if (!id) return ''
      if (id === me.data?.id) return t('who.you')
      const known = colleagues.data?.find((c) => c.id === id)
      if (known) return known.name
      return t(`who.roles.${id}`, { defaultValue: id })
    },
  }
}
