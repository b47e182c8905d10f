// What each of the demonstration's people can try in five minutes, in order.
import type { Face } from '../../app/face'

/** Known is what the node says of the demonstration's goods and cases. */
export type Known = {
  pack?: string // on hand, and free to be dispensed
  dispensed: string[]
  held?: string
  pallet?: string // at the dock, not begun
  turn?: string // the case that waits for an answer from here
  waits?: string // the case that waits for the partner
  late?: string // the shipment whose data did not arrive
}

/** Step is one thing to try. It is done when the node knows it or, where it can't, when its page was visited. */
export type Step = {
  key: string
  to: string
  params?: Record<string, string>
  search?: Record<string, string>
  code?: string
  done?: boolean
}

// Of the demonstration's own lots: packs of them that must not be sold, and numbers that
// its makers never used, or used otherwise.
const unknownPack = '(01)00399991123455(21)999999'
const wrongLot = '(01)00399991123455(21)100000000012(10)LOT-9Z'
const recalledPack = '(01)00399991123455(21)100000600001'
const expiredPack = '(01)00388881123453(21)100000000001'
const lapsedPack = '(01)00388881123453(21)100000000011'
const unshipped = '(00)003999910008100021'
const unknownCase = '(01)10399991123452(21)500700099'
const lot = 'LOT-7A'
// So many packs the demonstration's story dispensed itself.
const told = 3

const label = (path = '') => path.replace(/^\/00\//, '(00)')
const scan = (item: string) => ({ to: '/scan', search: { item } })
const one = (id: string | undefined) => (id ? { to: '/cases/$id', params: { id } } : { to: '/cases' })

/** stepsOf is a person's path; nothing where nobody of the demonstration has one. */
export function stepsOf(face: Face, k: Known): Step[] {
  const pack = k.pack ?? ''
  switch (face) {
    case 'pharmacist':
      return [
        { key: 'ok', ...scan(pack), done: k.dispensed.length > told },
        { key: 'again', ...scan(k.dispensed[0] ?? pack) },
        { key: 'held', ...(k.held ? scan(k.held) : { to: '/scan' }), done: k.held === undefined },
        { key: 'recalled', ...scan(recalledPack) },
        { key: 'expired', ...scan(expiredPack) },
        { key: 'lapsed', ...scan(lapsedPack) },
        { key: 'unknown', ...scan(unknownPack) },
        { key: 'wrong', ...scan(wrongLot) },
        { key: 'device', to: '/device' },
      ]
    case 'clerk':
      return [
        { key: 'begin', to: '/receive', code: k.pallet && label(k.pallet), done: k.pallet === undefined },
        { key: 'surprise', to: '/receive', code: unknownCase },
        { key: 'finish', to: '/receive' },
        { key: 'waiting', ...one(k.waits) },
      ]
    case 'serialization':
      return [
        { key: 'answer', ...one(k.turn), done: k.turn === undefined },
        { key: 'lines', to: '/send', search: { show: 'failed' } },
        {
          key: 'again',
          ...(k.late ? { to: '/send/$shipment', params: { shipment: k.late } } : { to: '/send' }),
          done: k.late === undefined,
        },
        { key: 'ship', to: '/send/new', code: unshipped },
        { key: 'lot', to: '/goods', search: { lot } },
        { key: 'file', to: '/file' },
      ]
    case 'owner':
      return [
        { key: 'cases', to: '/cases' },
        { key: 'partners', to: '/partners' },
        { key: 'people', to: '/people' },
        { key: 'audit', to: '/audit' },
        { key: 'network', to: '/network' },
      ]
    case 'inspector':
      return [
        { key: 'journey', to: '/journey', search: { id: pack } },
        { key: 'proof', to: '/journey', search: { id: pack, tab: 'proof' } },
        { key: 'documents', to: '/documents', search: { lot } },
        { key: 'ledger', to: '/ledger' },
      ]
    default:
      return []
  }
}
