// What a node stores of the ledger, worked out from what its blocks change.
import { big, bit, concat, equal, fromHex, zeroHash } from './bytes.mjs'
import { encodeParts, setRoot, setStep, sha256 } from './hash.mjs'
import { stateLeaf, stateRoot } from './state.mjs'
import { inner, leafHash, rootOf } from './tree.mjs'

const prefixes = { meta: 0x10, rows: 0x11, tree: 0x12, events: 0x13, tiles: 0x14, items: 0x15, chains: 0x16 }
const bucketLeaves = 24
const tileHashes = 16

// varint is a number in groups of seven bits, least significant first.
function varint(n) {
  const out = []
  for (let rest = n; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...out, rest)
    out.push((rest % 128) | 128)
  }
}

export class Store {
  #state = new Map() // hexadecimal key to [key, value]
  #events = []
  #sets = new Map() // bucket to its items, in the order in which they joined
  #meta = [] // parts and entries, as rows
  #parts = null
  height = -1

  // apply makes the changes of the next block, from height 0 on.
  apply({ writes, events, setAdds, setDrops, entries }) {
    this.height++
    for (const { key, value } of writes) value === null ? this.#state.delete(key) : this.#state.set(key, [fromHex(key), fromHex(value)])
    this.#events.push(...events.map(fromHex))
    for (const a of setAdds) {
      const name = `${a.set} ${a.bucket}`
      if (!this.#sets.has(name)) this.#sets.set(name, { set: a.set, bucket: a.bucket, items: [] })
      this.#sets.get(name).items.push(fromHex(a.item))
    }
    for (const d of setDrops) for (const [name, b] of this.#sets) if (b.set === d.set && b.bucket < d.before) this.#sets.delete(name)
    for (const e of entries) this.#meta.push([concat(2, fromHex(e.id)), concat(big(e.height, 8), big(e.index, 4), big(e.code, 4))])
    const parts = this.parts()
    if (this.#parts === null || !equal(parts, this.#parts)) this.#meta.push([concat(1, big(this.height, 8)), parts])
    this.#parts = parts
  }

  leaves() {
    const pairs = [...this.#state.values()].map(([key, value]) => [sha256(key), sha256(value)])
    return pairs.sort(([a], [b]) => Buffer.compare(a, b))
  }

  buckets() {
    const list = [...this.#sets.values()].sort((a, b) => a.set - b.set || a.bucket - b.bucket)
    return list.map((b) => ({ ...b, count: b.items.length, chain: b.items.reduce((chain, item) => setStep(b.set, b.bucket, chain, item), zeroHash) }))
  }

  parts() {
    return encodeParts({
      eventCount: this.#events.length, eventRoot: rootOf(this.#events.map(leafHash)), stateRoot: stateRoot(this.leaves()), setRoot: setRoot(this.buckets()),
    })
  }

  // rows are all rows in the order of their keys, each with its prefix.
  rows() {
    const buckets = this.buckets()
    const bucketKey = (b) => concat(b.set, big(b.bucket, 8))
    const all = {
      meta: [[Uint8Array.of(0), concat(1, big(this.height, 8), this.#parts)], ...this.#meta],
      rows: [...this.#state.values()],
      tree: treeRows(this.leaves()),
      events: this.#events.map((event, i) => [big(i, 8), event]),
      tiles: tileRows(this.#events.map(leafHash)),
      items: buckets.flatMap((b) => b.items.map((item, i) => [concat(bucketKey(b), item), big(i, 8)])),
      chains: buckets.map((b) => [bucketKey(b), concat(big(b.count, 8), b.chain)]),
    }
    const list = Object.entries(all).flatMap(([name, rows]) => rows.map(([key, value]) => [concat(prefixes[name], key), value]))
    return list.sort(([a], [b]) => Buffer.compare(a, b))
  }
}

// nodeRow is the row of the subtree over leaves whose first bits are path's. Bits
// between two nibbles stand under the first whole nibble below.
function nodeRow(path, bits, leaves) {
  const nibbles = Math.ceil(bits / 4)
  const key = new Uint8Array(Math.ceil(nibbles / 2))
  for (let i = 0; i < bits; i++) if (bit(path, i)) key[i >> 3] |= 0x80 >> (i & 7)
  return [concat(0, nibbles, key), concat(stateRootBelow(leaves, bits), varint(leaves.length))]
}

function stateRootBelow(leaves, depth) {
  if (leaves.length === 0) return zeroHash
  if (leaves.length === 1) return stateLeaf(...leaves[0])
  const [left, right] = halves(leaves, depth)
  return inner(stateRootBelow(left, depth + 1), stateRootBelow(right, depth + 1))
}

function halves(leaves, depth) {
  return [false, true].map((side) => leaves.filter(([path]) => bit(path, depth) === side))
}

// treeRows are the leaves, the root, and the nodes of all pages.
function treeRows(leaves) {
  const rows = leaves.map(([path, value]) => [concat(1, path), value])
  if (leaves.length > 0) rows.push(nodeRow(zeroHash, 0, leaves))
  page(leaves, 0, rows)
  return rows
}

// page adds the rows of the page at a depth, and of those below, where there are
// too many leaves for a bucket.
function page(leaves, depth, rows) {
  if (leaves.length <= bucketLeaves) return
  const down = (some, bits) => {
    if (some.length === 0) return
    const edge = bits === depth + 4
    if (bits > depth && (edge || some.length <= bucketLeaves)) {
      rows.push(nodeRow(some[0][0], bits, some))
      if (edge) page(some, bits, rows)
      return
    }
    for (const half of halves(some, bits)) down(half, bits + 1)
  }
  down(leaves, depth)
}

// tileRows are the hashes of whole subtrees of 16^group events, 16 in a row.
function tileRows(leaves) {
  const rows = []
  for (let level = leaves, group = 0; level.length > 0; group++) {
    for (let i = 0; i < level.length; i += tileHashes) rows.push([concat(group, big(i / tileHashes, 8)), concat(...level.slice(i, i + tileHashes))])
    const above = []
    for (let i = 0; i + tileHashes <= level.length; i += tileHashes) above.push(rootOf(level.slice(i, i + tileHashes)))
    level = above
  }
  return rows
}
