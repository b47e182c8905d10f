// The places of the console, in one list: the rail shows some of them, the palette and
// "All records" every one that the person may see.

/** Place is a page that one can go to. Its name is a sentence of every page's words; without a permission it is everybody's. */
export type Place = { to: '/' | '/scan' | '/goods' | '/all'; name: string; may?: string; key?: string; rail?: boolean }

export const places: Place[] = [
  { to: '/', name: 'nav.home', rail: true },
  { to: '/scan', name: 'nav.scan', key: 'S', rail: true },
  { to: '/goods', name: 'nav.goods', may: 'read-goods', rail: true },
  { to: '/all', name: 'nav.modules', rail: true },
]

/** placesOf is where a person may go. */
export const placesOf = (may: (permission: string) => boolean) => places.filter((p) => !p.may || may(p.may))
