// What an export says is in stock: each record with its proof, and what is sealed in it.
import { equal, zeroHash } from './bytes.mjs'
import { leafOf, nodeOf, slotRoot } from './custody.mjs'
import { open as openObject, verify } from './objects.mjs'
import { attrs, readValue, record, states, writeValue } from './values.mjs'

const kinds = ['', 'pack', 'case', 'pallet', 'box']
const levelsMax = 6
const depthMax = 12
const base64 = (text) => new Uint8Array(Buffer.from(text ?? '', 'base64'))

export const held = new Set(['on-hand', 'offered'])
export const stockFields = [
  ['item', 'kind', 'status'],
  ['gtin', 'lot', 'expiry', 'quantity', 'inside', 'partner', 'level', 'slot', 'salt', 'depth', 'root', 'slots', 'proof', 'unproved'],
]

// attrsOf are what a line's leaf commits to beside the item.
const attrsOf = (s) => writeValue(attrs, { lot: s.lot ?? '', expiry: s.expiry ?? '', kind: Math.max(0, kinds.indexOf(s.kind)), quantity: s.quantity ?? 0 })

// slotsOf reads what stands in the slots of a container, which lead to its root.
function slotsOf(s) {
  if (s.slots === undefined) return undefined
  const raw = base64(s.slots)
  if (!(s.depth >= 1 && s.depth <= depthMax) || raw.length !== 32 << s.depth) throw new Error(`${s.item} has a slot tree of depth ${s.depth} with ${raw.length} bytes`)
  const list = Array.from({ length: 1 << s.depth }, (_, i) => raw.subarray(32 * i, 32 * i + 32))
  if (!equal(slotRoot(list), base64(s.root))) throw new Error(`what stands in the slots of ${s.item} does not lead to its root`)
  return list
}

// Stock follows the lines, and remembers one container of each level.
export class Stock {
  constructor(trust) {
    Object.assign(this, { trust, above: [] })
  }

  // add checks a line and tells whether it is proved.
  add(s) {
    const level = s.level ?? 0
    if (!(level >= 0 && level <= Math.min(this.above.length, levelsMax))) throw new Error(`${s.item} stands at level ${level}`)
    this.above.length = level
    const slots = slotsOf(s)
    const proved = (level === 0 ? this.record(s) : this.sealed(s, this.above[level - 1])) && s.unproved === undefined
    this.above.push({ item: s.item, slots, taken: new Set(), proved })
    return proved
  }

  record(s) {
    if (s.proof === undefined) {
      if (held.has(s.status) && !s.unproved) throw new Error(`${s.item} is ${s.status}, and there is neither a proof nor a word why`)
      return false
    }
    const raw = base64(s.proof)
    const b = openObject(raw)
    if (b.tag !== 'pedigree/bundle/1') throw new Error('its proof is no bundle')
    verify(raw, this.trust)
    const u = b.unit
    if (u.id !== s.item || !equal(u.attrs, attrsOf(s)) || b.levels.length) throw new Error(`the proof is of ${u.id}, not of this line`)
    if (!equal(u.salt, base64(s.salt)) || u.depth !== (s.depth ?? 0) || (u.root !== null && !equal(u.root, base64(s.root)))) throw new Error(`the proof of ${s.item} has another salt, depth or root than this line`)
    const chain = [b.record, ...b.parents].map((p) => readValue(record, p.value).state)
    if (chain[0] === states.ended || chain.at(-1) === states.ended) throw new Error(`${s.item} is ${s.status} here, and on the ledger it has ended`)
    return true
  }

  sealed(s, above) {
    if (s.proof !== undefined) throw new Error(`${s.item} has a proof of its own and stands in another record`)
    if (s.inside !== above.item) throw new Error(`${s.item} is in ${s.inside}, and the line one level up is ${above.item}`)
    if (!above.slots && s.slot === undefined) {
      if (above.proved) throw new Error(`${above.item} is proved, and nothing says what is in its slots`)
      return false
    }
    const salt = base64(s.salt)
    const there = above.slots?.[s.slot]
    if (!there || salt.length !== 32 || above.taken.has(s.slot)) throw new Error(`${s.item} has no slot and salt that ${above.item} takes, or another has its slot`)
    const root = s.root === undefined ? zeroHash : base64(s.root)
    const depth = s.depth ?? 0
    const fits = root.length === 32 && Number.isInteger(depth) && depth >= 0 && depth <= depthMax
    if (!fits || !equal(nodeOf(leafOf(salt, s.item, attrsOf(s)), depth, root), there)) throw new Error(`slot ${s.slot} of ${above.item} holds something else than ${s.item}`)
    above.taken.add(s.slot)
    return above.proved
  }
}
