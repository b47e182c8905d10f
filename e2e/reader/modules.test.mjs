// Messages, events and rows of the modules and the kernel, by the published CDDL.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equal, fromHex, hex, zeroHash } from './bytes.mjs'
import { decode } from './cbor.mjs'
import { batchHolds, originOf } from './custody.mjs'
import { entryID, eventShape, readEnvelope, readResult } from './entry.mjs'
import { setRoot, setStep, signedRaw, statementCommitment, tagged } from './hash.mjs'
import { readNamed, writeNamed } from './named.mjs'
import { stateKeyOf } from './rows.mjs'
import { vectors } from './vectors.mjs'

// check throws unless a vector's bytes and value are each other's.
function check({ rule, value, bytes }) {
  assert.deepEqual(readNamed(rule, fromHex(bytes)), value)
  assert.equal(hex(writeNamed(rule, value)), bytes)
}

// checkFlips makes sure that check can fail: at every byte.
function checkFlips(v) {
  const b = fromHex(v.bytes)
  for (let at = 0; at < b.length; at++) {
    b[at] ^= 1
    assert.throws(() => check({ ...v, bytes: hex(b) }), `${v.rule}, byte ${at}`)
    b[at] ^= 1
  }
}

function checkRow(row) {
  assert.equal(hex(stateKeyOf[row.map](row.of)), row.key)
  check(row)
}

const kinds = { org: [27, 30], trace: [20, 19], network: [8, 8], anchor: [1, 1] }
for (const [name, [messages, events]] of Object.entries(kinds)) {
  const v = vectors(name)

  test(`${name}: every message, event and row is read and written by the CDDL`, () => {
    assert.equal(new Set(v.messages.map((m) => m.name)).size, messages)
    assert.equal(new Set(v.events.map((e) => e.name)).size, events)
    for (const one of [...v.messages, ...v.events]) {
      assert.equal(one.rule, `${name}-${one.name}`)
      check(one)
    }
    v.rows.forEach(checkRow)
  })

  test(`${name}: no changed byte is the same message, event or row`, () => {
    for (const one of [...v.messages, ...v.events, ...v.rows]) checkFlips(one)
    for (const row of v.rows) assert.throws(() => checkRow({ ...row, key: row.key.replace(/.$/, (d) => (d === '0' ? '1' : '0')) }))
  })
}

test('the keys that verifiers read are made like all others', () => {
  const { of, ...keys } = vectors('values').stateKeys
  const maps = { member: 'org/member', record: 'trace/record', origin: 'trace/origin', recall: 'trace/recall' }
  for (const [name, key] of Object.entries(keys)) assert.equal(hex(stateKeyOf[maps[name]](of)), key)
})

test('what custody messages show leads to what they name', () => {
  const { goods, messages } = vectors('trace')
  const of = (name) => messages.filter((m) => m.name === name).map((m) => m.value)
  for (const { origins, key0 } of [...of('commission'), ...of('box')]) assert.equal(hex(originOf(goods.chain, fromHex(key0))), origins[0])
  for (const m of of('transform')) for (const o of m.outputs) assert.equal(hex(originOf(goods.chain, fromHex(o.key0))), o.origin)
  const holds = ({ slots, hashes }) => {
    const shown = slots.map((s) => ({ ...s, leaf: fromHex(s.leaf), root: s.root === null ? zeroHash : fromHex(s.root) }))
    const list = Array.from({ length: hashes.length / 64 }, (_, i) => fromHex(hashes.slice(64 * i, 64 * i + 64)))
    return batchHolds(goods.depth, fromHex(goods.root), shown, list)
  }
  const openings = [...of('open').map((m) => m.opening), ...of('receive').flatMap((m) => m.refuse.flatMap((f) => f.levels.map((l) => ({ slots: [l.slot], hashes: l.hashes }))))]
  assert.equal(openings.length, 3)
  for (const o of openings) {
    assert.ok(holds(o))
    assert.ok(!holds({ ...o, slots: o.slots.map((s) => ({ ...s, leaf: '00'.repeat(32) })) }))
  }
  const [opened] = of('recall').flatMap((m) => m.openings)
  const [salt, body, signature] = [opened.salt, opened.body, opened.signature].map(fromHex)
  assert.equal(hex(statementCommitment(salt, body, signature)), goods.stmt)
  assert.ok(signedRaw(fromHex(goods.maker), tagged('pedigree/statement/1', body), signature))
  assert.equal(readNamed('statement', body).origin, goods.origin)
})

test('a block from its envelopes to its results, events, rows and set', () => {
  const v = vectors('kernel')
  let next = v.firstEvent
  const shown = []
  const used = {}
  let chain = zeroHash
  v.envelopes.forEach((digits, i) => {
    const e = readEnvelope(fromHex(digits))
    const keys = [...e.admission.map((a) => fromHex(v.members[a.org])), ...e.signers]
    keys.forEach((key, k) => assert.ok(signedRaw(key, e.id, e.signatures[k])))
    assert.ok(equal(e.id, entryID(e.body)))
    const result = readResult(fromHex(v.results[i].data))
    assert.ok(equal(result.entry, e.id))
    assert.equal(result.firstEvent, next)
    assert.ok(v.results[i].code === 0 || result.events.length === 0)
    for (const event of result.events) assert.deepEqual([eventShape.read(decode(event)).height, eventShape.read(decode(event)).place], [v.height, i])
    next += result.events.length
    shown.push(...result.events.map(hex))
    const [sender] = e.admission
    used[sender.org] = (used[sender.org] ?? 0) + 1
    const bucket = Math.floor(e.validUntil / 3600)
    chain = setStep(1, bucket, chain, e.id)
    assert.deepEqual(v.setAdds[i], { set: 1, bucket, item: hex(e.id) })
  })
  assert.deepEqual(v.events, shown)
  assert.equal(hex(setRoot([{ set: 1, bucket: v.setAdds[0].bucket, count: v.setAdds.length, chain }])), v.setRoot)
  v.rows.forEach(checkRow)
  v.rows.forEach(checkFlips)
  const quotas = v.rows.filter((r) => r.map === 'ledger/quota')
  assert.deepEqual(Object.fromEntries(quotas.map((r) => [r.of.org, r.value.entries])), used)
  for (const r of quotas) assert.equal(r.of.day, Math.floor(v.time / 86400))
})
