// Values, entries and headers, read and written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equal, fromHex, hex } from './bytes.mjs'
import { decode, encode } from './cbor.mjs'
import { entryID, readEnvelope, readEvent, readResult, resultLeaf, writeBody, writeEnvelope, writeResult, eventShape } from './entry.mjs'
import { fingerprint, readTrust } from './attestation.mjs'
import { signedRaw } from './hash.mjs'
import { address, headerHash, readHeader, setHash, setShape, signBytes, signedHeaderShape, verifySigned } from './header.mjs'
import { leafHash } from './tree.mjs'
import { attrs, member, originState, readValue, record, statement, writeValue } from './values.mjs'
import { binary, vectors } from './vectors.mjs'

// bytesIn turns the hexadecimal digits of keys and hashes in a plain value into
// bytes, and leaves text as it is.
const binaryNames = new Set(['root', 'owner', 'holder', 'to', 'toHolder', 'back', 'memo', 'origin', 'leaf', 'stmt', 'tagRoot', 'root2', 'parents', 'key'])
function bytesIn(v, name = '') {
  if (typeof v === 'string') return binaryNames.has(name) && v.length >= 64 ? fromHex(v) : v
  if (Array.isArray(v)) return v.map((x) => bytesIn(x, name))
  if (v === null || typeof v !== 'object') return v
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, bytesIn(x, k)]))
}

const v = vectors('values')
const shapes = { records: record, origins: originState, members: member, statements: statement, attrs }
for (const [name, shape] of Object.entries(shapes)) {
  test(`${name} are written and read`, () => {
    for (const { value, bytes } of v[name]) {
      const plain = bytesIn(value)
      if (shape === statement) plain.version = 1
      assert.equal(hex(writeValue(shape, plain)), bytes)
      assert.deepEqual(readValue(shape, fromHex(bytes), { maps: shape === attrs }), plain)
    }
  })
}

test('an envelope is written, read and signed', () => {
  const { envelope: e } = vectors('entry')
  const body = writeBody({
    chain: e.chain, validUntil: e.validUntil, admission: e.admission.map((a) => ({ kind: 0, org: a.org, keyID: a.keyID })),
    entries: e.entries.map((x) => binary(x, 'message')), signers: e.signers.map(fromHex),
  })
  assert.equal(hex(body), e.body)
  assert.equal(hex(entryID(body)), e.id)
  assert.equal(hex(writeEnvelope(body, e.signatures.map(fromHex))), e.bytes)
  const read = readEnvelope(fromHex(e.bytes))
  const keys = [fromHex(e.admission[0].key), ...read.signers]
  keys.forEach((key, i) => assert.ok(signedRaw(key, read.id, read.signatures[i])))
})

test('events and results are written and read', () => {
  const { events, results, envelope } = vectors('entry')
  for (const x of events) {
    const e = { ...binary(x, 'entry'), place: BigInt(x.place) > 2n ** 53n ? BigInt(x.place) : Number(x.place), data: decode(fromHex(x.data)) }
    assert.equal(hex(encode(eventShape.write(e))), x.bytes)
    assert.equal(readEvent(fromHex(x.bytes)).place, e.place)
    assert.equal(hex(leafHash(fromHex(x.bytes))), x.leaf)
  }
  for (const x of results) {
    const data = writeResult({ entry: fromHex(envelope.id), firstEvent: x.firstEvent, events: x.events.map(fromHex) })
    assert.equal(hex(data), x.data)
    assert.equal(readResult(data).firstEvent, x.firstEvent)
    assert.equal(hex(resultLeaf(x.code, data)), x.leaf)
  }
})

test('headers, commits and validator sets', () => {
  const x = vectors('header')
  const set = x.validators.map((val) => binary(val, 'key'))
  assert.equal(hex(setHash(set)), x.setHash)
  assert.equal(hex(encode(setShape.write(set))), x.set)
  set.forEach((val) => assert.equal(hex(address(val)), val.address))
  for (const h of x.headers) {
    const fields = h.fields.map(fromHex)
    assert.equal(hex(headerHash(fields)), h.hash)
    const read = readHeader(fields)
    assert.deepEqual([read.chain, read.height, read.seconds, read.nanos], [h.chain, BigInt(h.height), BigInt(h.seconds), BigInt(h.nanos)])
    assert.equal(hex(read.lastResults), h.lastResults)
    assert.equal(hex(read.app), h.app ?? '00'.repeat(32))
    for (const form of [h.signed, h.pruned]) {
      const signed = signedHeaderShape.read(decode(fromHex(form)))
      verifySigned(signed, set)
      signed.signatures[0].seconds++
      assert.throws(() => verifySigned(signed, set))
    }
    const signed = signedHeaderShape.read(decode(fromHex(h.signed)))
    const [first] = signed.signatures
    assert.equal(hex(signBytes(signed, read, first.seconds, first.nanos)), h.signBytes)
    signed.signatures = signed.signatures.slice(2)
    assert.throws(() => verifySigned(signed, set), 'less than two thirds are enough')
  }
})

test('a trust file and its fingerprint', () => {
  const x = vectors('header')
  assert.equal(hex(fingerprint(readTrust(x.trust))), x.fingerprint)
  assert.throws(() => readTrust({ ...x.trust, height: 2 }))
  assert.throws(() => readTrust({ ...x.trust, more: 1 }))
  assert.ok(equal(readTrust(x.trust).validators[0].key, fromHex(x.validators[0].key)))
})
