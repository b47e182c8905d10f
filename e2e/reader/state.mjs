// The state tree and its paths.
import { big, bit, concat, equal, isZero, utf8, zeroHash } from './bytes.mjs'
import { sha256 } from './hash.mjs'
import { hashes, inner } from './tree.mjs'

export const stateKeys = {
  member: (org) => concat(0x10, utf8(org)),
  record: (origin, leaf) => concat(0x20, origin, leaf),
  origin: (origin) => concat(0x21, origin),
  recall: (seq) => concat(0x22, big(seq, 8)),
}

export const stateLeaf = (path, valueHash) => sha256(0, path, valueHash)

// stateRoot builds the tree over [path, value hash] pairs.
export function stateRoot(pairs, depth = 0) {
  if (pairs.length === 0) return zeroHash
  if (pairs.length === 1) return stateLeaf(...pairs[0])
  const side = (right) => pairs.filter(([path]) => bit(path, depth) === right)
  return inner(stateRoot(side(false), depth + 1), stateRoot(side(true), depth + 1))
}

// sparse reads a number of hashes, a bitmap, and those that are not zero.
export function sparse(count, bitmap, shown, limit) {
  if (typeof count !== 'number' || count > limit || bitmap.length !== Math.ceil(count / 8)) throw new Error('a bitmap of another length')
  const list = hashes(shown)
  if (list.some(isZero)) throw new Error('a zero hash is shown')
  const out = []
  for (let i = 0; i < bitmap.length * 8; i++) {
    const here = bit(bitmap, i)
    if (here && (i >= count || list.length === 0)) throw new Error('the bitmap names hashes that are not there')
    if (i < count) out.push(here ? list.shift() : zeroHash)
  }
  if (list.length) throw new Error('hashes that the bitmap does not name')
  return out
}

// readPath reads [depth, bitmap, siblings, other].
export function readPath(item) {
  if (!Array.isArray(item) || item.length !== 4) throw new Error('not a state path')
  const [count, bitmap, shown, other] = item
  if (other !== null && !(other instanceof Uint8Array && other.length === 64)) throw new Error('not another leaf')
  return { siblings: sparse(count, bitmap, shown, 256), other }
}

function lead(path, start, siblings) {
  const depth = siblings.length
  return siblings.reduce((h, sib, i) => (bit(path, depth - 1 - i) ? inner(sib, h) : inner(h, sib)), start)
}

export function present(root, key, value, { siblings, other }) {
  const path = sha256(key)
  return other === null && equal(lead(path, stateLeaf(path, sha256(value)), siblings), root)
}

export function absent(root, key, { siblings, other }) {
  const path = sha256(key)
  if (other === null) return equal(lead(path, zeroHash, siblings), root)
  const otherPath = other.subarray(0, 32)
  if (equal(otherPath, path)) return false
  if (siblings.some((_, i) => bit(otherPath, i) !== bit(path, i))) return false
  return equal(lead(path, stateLeaf(otherPath, other.subarray(32)), siblings), root)
}
