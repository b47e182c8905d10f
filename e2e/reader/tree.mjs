// Trees of RFC 6962 and RFC 9162.
import { concat, equal } from './bytes.mjs'
import { sha256 } from './hash.mjs'

export const leafHash = (item) => sha256(0, item)
export const inner = (left, right) => sha256(1, left, right)

// splitAt is the greatest power of two below n.
function splitAt(n) {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

export function rootOf(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array())
  if (leaves.length === 1) return leaves[0]
  const k = splitAt(leaves.length)
  return inner(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

// directions tells, for each sibling from the leaf upward, whether it stands to
// the left, by walking down from the root of a tree of that size.
export function directions(index, size) {
  if (index >= size) throw new Error(`leaf ${index} of ${size}`)
  const down = []
  let at = BigInt(index)
  let n = BigInt(size)
  while (n > 1n) {
    let k = 1n
    while (k * 2n < n) k *= 2n
    const right = at >= k
    down.push(right)
    if (right) {
      at -= k
      n -= k
    } else {
      n = k
    }
  }
  return down.reverse()
}

export function climb(leaf, siblings, lefts) {
  return siblings.reduce((h, sib, i) => (lefts[i] ? inner(sib, h) : inner(h, sib)), leaf)
}

export function inclusionRoot(leaf, index, size, path) {
  const lefts = directions(index, size)
  if (lefts.length !== path.length) throw new Error(`a path of ${path.length} hashes where ${lefts.length} are needed`)
  return climb(leaf, path, lefts)
}

// branchRoot follows a path whose directions are the bits of a number.
export function branchRoot(leaf, number, siblings) {
  if (BigInt(number) >> BigInt(siblings.length)) throw new Error('directions for more levels than hashes')
  return climb(leaf, siblings, siblings.map((_, i) => ((BigInt(number) >> BigInt(i)) & 1n) === 1n))
}

// consistent checks a consistency proof by taking the tree of n1 leaves apart the
// way the tree of n2 leaves is built.
export function consistent(n1, n2, root1, root2, path) {
  const [from, to] = [BigInt(n1), BigInt(n2)]
  if (from > to) return false
  if (from === to) return path.length === 0 && equal(root1, root2)
  if (from === 0n) return path.length === 0 && equal(root1, sha256(new Uint8Array()))
  const rest = [...path]
  try {
    const [old, now] = both(from, to, true, root1, rest)
    return rest.length === 0 && equal(old, root1) && equal(now, root2)
  } catch {
    return false
  }
}

// both gives the roots of the first m of n leaves and of all n, with the hashes
// of a consistency proof, last one first as in RFC 9162's SUBPROOF.
function both(m, n, whole, root1, rest) {
  if (m === n) {
    const h = whole ? root1 : rest.shift()
    if (!h) throw new Error('too short')
    return [h, h]
  }
  let k = 1n
  while (k * 2n < n) k *= 2n
  if (m <= k) {
    const [old, left] = both(m, k, whole, root1, rest)
    const right = rest.shift()
    if (!right) throw new Error('too short')
    return [old, inner(left, right)]
  }
  const [old, right] = both(m - k, n - k, false, root1, rest)
  const left = rest.shift()
  if (!left) throw new Error('too short')
  return [inner(left, old), inner(left, right)]
}

// rangeRoot gives the root over size leaves of which the neighbours from first on are
// known; the path has the other subtrees' roots, from left to right.
export function rangeRoot(leaves, first, size, path) {
  const end = first + BigInt(leaves.length)
  if (leaves.length === 0 || end > size) throw new Error(`leaves ${first} to ${end} of ${size}`)
  const rest = [...path]
  const under = (low, high) => {
    if (high <= first || low >= end) {
      if (rest.length === 0) throw new Error('a path that is too short')
      return rest.shift()
    }
    if (high - low === 1n) return leaves[Number(low - first)]
    let k = 1n
    while (k * 2n < high - low) k *= 2n
    const left = under(low, low + k)
    return inner(left, under(low + k, high))
  }
  const root = under(0n, size)
  if (rest.length) throw new Error('a path that is too long')
  return root
}

// hashes cuts a byte string into hashes.
export function hashes(b) {
  if (b.length % 32) throw new Error('not whole hashes')
  return Array.from({ length: b.length / 32 }, (_, i) => b.subarray(32 * i, 32 * i + 32))
}

export const joined = (list) => concat(...list)
