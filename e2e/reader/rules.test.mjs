// Every rule below whole objects, against the published vectors.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, hex, utf8, zeroHash } from './bytes.mjs'
import { decode, encode, headOf } from './cbor.mjs'
import { batchHolds, childSalt, childSeed, commissionSeed, leafOf, nodeOf, originOf, placed, slotOrder } from './custody.mjs'
import {
  decodeParts, encodeParts, memoCommitment, presenceMessage, reasonCommitment, setRoot, setStep, sha256, signedRaw, statementCommitment, tagged,
} from './hash.mjs'
import { absent, present, readPath, stateKeys, stateRoot } from './state.mjs'
import { branchRoot, consistent, inclusionRoot, leafHash, rootOf } from './tree.mjs'
import { binary, vectors } from './vectors.mjs'

test('CBOR is read and written in one way', () => {
  const { accepted, refused } = vectors('cbor')
  for (const v of accepted) {
    const kind = ['bytes', 'text', 'array', 'map'].find((k) => `${k}OfLength` in v)
    if (kind) {
      assert.equal(hex(headOf(kind, v[`${kind}OfLength`])), v.head)
      continue
    }
    const value = 'uint' in v ? BigInt(v.uint) : 'bool' in v ? v.bool : 'text' in v ? v.text : null
    assert.equal(hex(encode(value)), v.bytes)
    const read = decode(fromHex(v.bytes))
    assert.equal(typeof read === 'number' ? BigInt(read) : read, value)
  }
  for (const digits of refused) assert.throws(() => decode(fromHex(digits)), `${digits} is accepted`)
  assert.throws(() => decode(fromHex('a10102')), 'a map is accepted')
})

test('hashes, commitments and signatures', () => {
  const v = vectors('hashes')
  for (const { tag, body, hash } of v.tagged) assert.equal(hex(tagged(tag, fromHex(body))), hash)
  const s = binary(v.signature, 'key', 'message', 'signature')
  assert.ok(signedRaw(s.key, s.message, s.signature))
  s.message[0] ^= 1
  assert.ok(!signedRaw(s.key, s.message, s.signature))
  const a = binary(v.appHash, 'eventRoot', 'stateRoot', 'setRoot')
  assert.equal(hex(encodeParts(a)), a.bytes)
  assert.equal(hex(sha256(encodeParts(a))), a.hash)
  assert.equal(decodeParts(fromHex(a.bytes)).eventCount, 258n)
  const step = binary(v.setStep, 'prev', 'item')
  assert.equal(hex(setStep(step.set, step.bucket, step.prev, step.item)), step.hash)
  assert.equal(hex(setRoot(v.setRoot.buckets.map((k) => binary(k, 'chain')))), v.setRoot.hash)
  assert.equal(hex(setRoot([])), v.noSets)
  assert.equal(hex(memoCommitment(fromHex(v.memo.salt), fromHex(v.memo.root))), v.memo.hash)
  assert.equal(hex(reasonCommitment(fromHex(v.reason.salt), v.reason.text)), v.reason.hash)
  const st = binary(v.statement, 'salt', 'body', 'signature')
  assert.equal(hex(statementCommitment(st.salt, st.body, st.signature)), st.hash)
  const p = binary(v.presence, 'origin', 'leaf', 'nonce')
  assert.equal(hex(presenceMessage(p.chain, p.origin, p.leaf, p.nonce)), p.hash)
})

test('a pallet from its secret to its root', () => {
  const v = vectors('custody')
  assert.equal(hex(originOf(v.chain, fromHex(v.key0))), v.origin)
  const commission = commissionSeed(fromHex(v.secret), fromHex(v.label))
  assert.equal(hex(commission), v.seed)
  const top = v.pallet
  const seed = childSeed(commission, top.id)
  assert.equal(hex(seed), top.seed)
  assert.equal(hex(leafOf(childSalt(commission, top.id), top.id, fromHex(top.attrs))), top.leaf)
  const cases = v.cases.map((c) => {
    const caseSeed = childSeed(seed, c.id)
    const units = c.units.map((u) => {
      const leaf = leafOf(childSalt(caseSeed, u.id), u.id, fromHex(u.attrs))
      assert.equal(hex(leaf), u.leaf)
      assert.equal(hex(nodeOf(leaf, 0, zeroHash)), u.node)
      return nodeOf(leaf, 0, zeroHash)
    })
    const inside = placed(caseSeed, units)
    assert.deepEqual([inside.depth, hex(inside.root)], [c.depth, c.root])
    assert.deepEqual(c.units.map((u) => u.slot), inside.order.slice(0, units.length))
    const leaf = leafOf(childSalt(seed, c.id), c.id, fromHex(c.attrs))
    assert.equal(hex(leaf), c.leaf)
    return nodeOf(leaf, inside.depth, inside.root)
  })
  const whole = placed(seed, cases)
  assert.deepEqual([whole.depth, hex(whole.root)], [top.depth, top.root])
  for (const o of v.slotOrders) assert.deepEqual(slotOrder(fromHex(o.seed), o.depth), o.order)
})

test('batch openings', () => {
  for (const b of vectors('custody').batches) {
    const slots = b.slots.map((s) => binary(s, 'leaf', 'root'))
    const hashes = b.hashes.map(fromHex)
    assert.ok(batchHolds(b.depth, fromHex(b.root), slots, hashes))
    slots[0].leaf[0] ^= 1
    assert.ok(!batchHolds(b.depth, fromHex(b.root), slots, hashes))
  }
})

test('trees of RFC 6962', () => {
  const v = vectors('trees')
  const leaves = v.items.map(fromHex).map(leafHash)
  v.roots.forEach((root, n) => assert.equal(hex(rootOf(leaves.slice(0, n))), root))
  for (const p of v.inclusion) {
    const path = p.path.map(fromHex)
    assert.equal(hex(inclusionRoot(leaves[p.index], p.index, p.size, path)), v.roots[p.size])
    assert.equal(hex(branchRoot(leaves[p.index], p.directions, path)), v.roots[p.size])
  }
  for (const c of v.consistency) {
    const [root1, root2] = [fromHex(v.roots[c.from]), fromHex(v.roots[c.to])]
    assert.ok(consistent(c.from, c.to, root1, root2, c.path.map(fromHex)), `${c.from} to ${c.to}`)
    root2[0] ^= 1
    assert.ok(!consistent(c.from, c.to, root1, root2, c.path.map(fromHex)))
  }
})

test('state trees, what is in them and what is not', () => {
  for (const t of vectors('state').trees) {
    const entries = t.entries ?? []
    const root = stateRoot(entries.map((e) => [sha256(fromHex(e.key)), sha256(fromHex(e.value))]))
    assert.equal(hex(root), t.root)
    for (const p of t.paths) {
      const path = readPath(decode(fromHex(p.path)))
      const key = fromHex(p.key)
      const value = 'value' in p ? fromHex(p.value) : null
      assert.equal(absent(root, key, path), value === null)
      assert.equal(present(root, key, value ?? utf8('x'), path), value !== null)
      assert.ok(!present(root, key, utf8('another value'), path))
    }
  }
})

test('keys of the state', () => {
  const k = vectors('values').stateKeys
  const of = binary(k.of, 'origin', 'leaf')
  const made = {
    record: stateKeys.record(of.origin, of.leaf), origin: stateKeys.origin(of.origin), member: stateKeys.member(of.org), recall: stateKeys.recall(of.seq),
  }
  for (const [name, key] of Object.entries(made)) assert.equal(hex(key), k[name])
})
