import { Link } from '@tanstack/react-router'
import { useNames, usePartners } from '../app/names'

/** PartnerName is a partner by its number in the address book or its id on the ledger, and leads to its page where it has one. An id of digits is a number. */
export function PartnerName({ number: given, org, none = '' }: { number?: number; org?: string; none?: string }) {
  const number = given || (/^\d+$/.test(org ?? '') ? Number(org) : undefined)
  const names = useNames()
  const partners = usePartners()
  const name = names.partner(number, org) || none
  const found = partners.data?.find((p) => (number ? p.id === number : org ? p.org === org : false))
  if (!found) return name
  return (
    <Link to="/partners/$id" params={{ id: String(found.id) }} search={{}}>
      {name}
    </Link>
  )
}
