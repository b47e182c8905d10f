// Custody: origins, seeds, leaves, slot trees.
import { big, concat, equal, utf8, zeroHash } from './bytes.mjs'
import { hmac, sha256 } from './hash.mjs'

const sized = (b) => concat(big(b.length, 2), b)

export const originOf = (chain, key0) => sha256(6, sized(utf8(chain)), key0)
export const commissionSeed = (secret, label) => hmac(secret, 9, label)
export const childSeed = (seed, id) => hmac(seed, 9, utf8(id))
export const childSalt = (seed, id) => hmac(seed, 1, utf8(id))
export const leafOf = (salt, id, attrs) => sha256(2, salt, sized(utf8(id)), sized(attrs))
export const nodeOf = (leaf, depth, root) => sha256(3, leaf, depth, root)
export const slotInner = (left, right) => sha256(4, left, right)

export function depthFor(n) {
  for (let d = 1; d <= 12; d++) if (n <= 1 << d) return d
  throw new Error(`${n} items are too many for a container`)
}

// slotOrder says in which slot each child stands.
export function slotOrder(seed, depth) {
  const order = Array.from({ length: 1 << depth }, (_, i) => i)
  const words = wordsOf(seed)
  for (let i = order.length - 1; i > 0; i--) {
    const n = i + 1
    const limit = Math.floor(65536 / n) * n
    let word = words.next().value
    while (word >= limit) word = words.next().value
    const j = word % n
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

function* wordsOf(seed) {
  for (let counter = 0; ; counter++) {
    const block = hmac(seed, 0x16, big(counter, 4))
    for (let i = 0; i < 32; i += 2) yield block[i] * 256 + block[i + 1]
  }
}

// slotRoot is the root over all slots.
export function slotRoot(slots) {
  let level = slots
  while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, i) => slotInner(level[2 * i], level[2 * i + 1]))
  return level[0]
}

// placed puts the nodes of children into their slots.
export function placed(seed, nodes) {
  const depth = depthFor(nodes.length)
  const slots = Array(1 << depth).fill(zeroHash)
  const order = slotOrder(seed, depth)
  nodes.forEach((node, i) => (slots[order[i]] = node))
  return { depth, order, root: slotRoot(slots) }
}

// climbSlot leads from a slot to the root of its container.
export function climbSlot(node, pos, siblings) {
  if (siblings.length < 1 || siblings.length > 12 || pos >= 1 << siblings.length) throw new Error('no such slot')
  return siblings.reduce((h, sib, level) => ((pos >> level) & 1 ? slotInner(sib, h) : slotInner(h, sib)), node)
}

// batchHolds checks a batch opening.
export function batchHolds(depth, root, slots, hashes) {
  const rest = [...hashes]
  const walk = (level, first) => {
    const here = slots.filter((s) => s.pos >= first && s.pos < first + (1 << level))
    if (here.length === 0) {
      if (rest.length === 0) throw new Error('a hash is missing')
      return rest.shift()
    }
    if (level === 0) return nodeOf(here[0].leaf, here[0].depth, here[0].root)
    const left = walk(level - 1, first)
    return slotInner(left, walk(level - 1, first + (1 << (level - 1))))
  }
  const ascending = slots.every((s, i) => i === 0 || s.pos > slots[i - 1].pos)
  return ascending && equal(walk(depth, 0), root) && rest.length === 0
}

// checkedDigits checks the GS1 check digit of n digits.
export function checkedDigits(s, n) {
  if (s.length !== n || !/^[0-9]+$/.test(s)) return false
  const sum = [...s].reverse().reduce((total, d, i) => total + Number(d) * (i % 2 ? 3 : 1), 0)
  return sum % 10 === 0
}

// identity reads an identifier path.
export function identity(id) {
  const item = /^\/01\/([0-9]{14})\/21\/([^/]+)$/.exec(id)
  if (item && checkedDigits(item[1], 14)) return { gtin: item[1], serial: item[2] }
  const unit = /^\/00\/([0-9]{18})$/.exec(id)
  if (unit && checkedDigits(unit[1], 18)) return { sscc: unit[1] }
  throw new Error(`${id} is no identifier with a right check digit`)
}
