import { Link } from '@tanstack/react-router'
import { usePartner } from '../app/names'
import { isolated } from '../words/bidi'

/** PartnerName is a partner by its number in the address book, or by its id on the ledger, a GLN or a number in digits, and leads to its page where it has one. */
export function PartnerName({ number, org, none = '' }: { number?: number; org?: string; none?: string }) {
  const found = usePartner()(number, org)
  if (!found) return org || none
  return (
    <Link to="/partners/$id" params={{ id: String(found.id) }} search={{}}>
      {isolated(found.name)}
    </Link>
  )
}
