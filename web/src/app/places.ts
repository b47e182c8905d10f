// The places of the console, in one list: the rail shows some of them by what a person is
// here for, the palette and "All records" every one that the person may see.
import type { Face } from './face'

/** Place is a page that one can go to. Its name is a sentence of every page's words; without a permission it is everybody's. */
export type Place = {
  to:
    | '/'
    | '/scan'
    | '/receive'
    | '/send'
    | '/goods'
    | '/products'
    | '/cases'
    | '/documents'
    | '/partners'
    | '/people'
    | '/audit'
    | '/file'
    | '/device'
    | '/ledger'
    | '/network'
    | '/all'
  name: string
  may?: string
  key?: string
}

export const places: Place[] = [
  { to: '/', name: 'nav.home' },
  { to: '/scan', name: 'nav.scan', key: 'S' },
  { to: '/receive', name: 'nav.receive', may: 'read-goods' },
  { to: '/send', name: 'nav.send', may: 'read-goods' },
  { to: '/goods', name: 'nav.goods', may: 'read-goods' },
  { to: '/products', name: 'nav.products', may: 'read-goods' },
  { to: '/cases', name: 'nav.cases', may: 'read-goods' },
  { to: '/documents', name: 'nav.documents', may: 'read-goods' },
  { to: '/partners', name: 'nav.partners', may: 'read-goods' },
  { to: '/people', name: 'nav.people', may: 'manage-people' },
  { to: '/audit', name: 'nav.audit', may: 'read-audit' },
  { to: '/file', name: 'nav.file', may: 'read-goods' },
  { to: '/device', name: 'nav.device' },
  { to: '/ledger', name: 'nav.ledger', may: 'read-ledger' },
  { to: '/network', name: 'nav.network', may: 'read-ledger' },
  { to: '/all', name: 'nav.modules' },
]

// What stands in the rail of whom, the likeliest first. What is not there or not allowed is left out.
const rails: Record<Face, string[]> = {
  pharmacist: ['/', '/scan', '/receive', '/cases', '/goods'],
  clerk: ['/', '/receive', '/scan', '/cases', '/goods'],
  serialization: ['/', '/send', '/cases', '/goods', '/scan'],
  owner: ['/', '/scan', '/goods', '/cases', '/people'],
  admin: ['/', '/people', '/audit'],
  inspector: ['/', '/scan', '/documents', '/ledger', '/cases', '/goods', '/audit'],
  operator: ['/', '/network', '/ledger', '/audit'],
}
const railMost = 5

/** placesOf is where a person may go. */
export const placesOf = (may: (permission: string) => boolean) => places.filter((p) => !p.may || may(p.may))

/** railOf is what the rail shows: the likeliest places, and "All records" last. */
export function railOf(may: (permission: string) => boolean, face: Face): Place[] {
  const allowed = placesOf(may)
  const first = rails[face].flatMap((to) => allowed.filter((p) => p.to === to)).slice(0, railMost - 1)
  return [...first, ...allowed.filter((p) => p.to === '/all')]
}
