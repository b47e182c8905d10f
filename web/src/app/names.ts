// Names of people and partners, for ids that stand in answers.
import { useQuery } from '@tanstack/react-query'
import { api, of } from '../api/client'
import { useWords } from '../words'
import { isolated } from '../words/bidi'
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

/** usePartner finds a partner by its number in the address book or by another id: that on the ledger, a place's GLN, or the number in digits. */
export function usePartner() {
  const partners = usePartners()
  return (number?: number, id?: string) => {
    if (number) return partners.data?.find((p) => p.id === number)
    if (!id) return undefined
    if (/^\d{13}$/.test(id)) return partners.data?.find((p) => p.sites?.some((s) => s.gln === id))
    if (/^\d+$/.test(id)) return partners.data?.find((p) => p.id === Number(id))
    return partners.data?.find((p) => p.org === id)
  }
}

/** useNames writes ids as names. What nobody knows stays an id. */
export function useNames() {
  const t = useWords()
  const me = useMe()
  const partner = usePartner()
  const colleagues = useColleagues()
  return {
    /** partner is a partner by its number in the address book, or by another id. */
    partner: (number?: number, id?: string) => isolated(partner(number, id)?.name ?? id ?? ''),
    /** person is who an id or a role means, to the reader. */
    person: (id?: string) => {
      if (!id) return ''
      if (id === me.data?.id) return t('who.you')
      const known = colleagues.data?.find((c) => c.id === id)
      if (known) return isolated(known.name)
      return t(`who.roles.${id}`, { defaultValue: id })
    },
  }
}
