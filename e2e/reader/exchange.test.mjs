// Keys from a seed, prekey files and shipments. ML-KEM's own shared secret comes
// from the vectors; all that is done with it is done here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { big, fromHex, hex, Refused, zeroHash } from './bytes.mjs'
import { commissionSeed } from './custody.mjs'
import { custodyKey, custodySecret, goodsOf, memoOf, readContent, readPrekeys, readShipment, sealPrivate } from './exchange.mjs'
import { signedRaw, statementCommitment, tagged } from './hash.mjs'
import { curveKey } from './hpke.mjs'
import { readNamed, writeNamed } from './named.mjs'
import { vectors } from './vectors.mjs'

const { keyring, prekeys, shipment } = vectors('exchange')
const seed = fromHex(keyring.seed)

test('keys and secrets from a custody seed', () => {
  const secret = custodySecret(seed)
  assert.equal(hex(secret), keyring.secret)
  for (const k of keyring.keys) {
    assert.equal(hex(custodyKey(seed, k.number)), k.public)
    assert.equal(hex(commissionSeed(secret, big(k.number, 8))), k.commission)
  }
  assert.equal(hex(sealPrivate(seed)), keyring.sealPrivate)
  // the other 1184 bytes are ML-KEM's
  assert.equal(hex(curveKey(sealPrivate(seed)).public), keyring.sealPublic.slice(2 * 1184))
})

test('a prekey file is read, written and signed', () => {
  const b = fromHex(prekeys.bytes)
  assert.deepEqual(readPrekeys(b, fromHex(prekeys.key)), prekeys.body)
  const file = readNamed('prekey-file', b)
  assert.equal(hex(writeNamed('prekey-file', { ...file, body: hex(writeNamed('prekey-body', prekeys.body)) })), prekeys.bytes)
  for (let at = 0; at < b.length; at++) {
    b[at] ^= 1
    assert.throws(() => readPrekeys(b, fromHex(prekeys.key)), Refused, `byte ${at}`)
    b[at] ^= 1
  }
})

const read = (b) => readShipment(b, fromHex(shipment.key), sealPrivate(fromHex(shipment.to)), fromHex(keyring.sealPublic), fromHex(shipment.mlkemSecret))

test('a shipment opens for its receiver', () => {
  const b = fromHex(shipment.bytes)
  assert.equal(hex(read(b)), shipment.content)
  assert.equal(hex(writeNamed('shipment-file', readNamed('shipment-file', b))), shipment.bytes)
  for (let at = 0; at < b.length; at++) {
    b[at] ^= 1
    assert.throws(() => read(b), Refused, `byte ${at}`)
    b[at] ^= 1
  }
})

test('what is sealed is bound to the head of the file', () => {
  const b = fromHex(shipment.bytes)
  const other = writeNamed('shipment-file', { ...readNamed('shipment-file', b), from: 'mallory' })
  assert.throws(() => read(other), /signature/)
  const unsigned = (part) => (err) => err instanceof Refused && err.part === part
  assert.throws(() => readShipment(b, fromHex(shipment.key), sealPrivate(zeroHash), fromHex(keyring.sealPublic), fromHex(shipment.mlkemSecret)), unsigned('seal'))
  assert.throws(() => readShipment(b, fromHex(shipment.key), sealPrivate(seed), fromHex(keyring.sealPublic), zeroHash), unsigned('seal'))
})

test("a shipment's content leads to the leaves, the roots and the memo on the ledger", () => {
  const content = readContent(fromHex(shipment.content))
  assert.equal(hex(memoOf(content)), shipment.memo)
  const plain = ({ leaf, root, depth, ...rest }) => ({ ...rest, depth, leaf: hex(leaf), root: depth === 0 ? null : hex(root) })
  assert.deepEqual(goodsOf(content).map(plain), shipment.goods)
  const [{ origin, stated }, bare] = content.origins
  const [body, signature, salt] = [stated.body, stated.signature, stated.salt].map(fromHex)
  assert.equal(hex(statementCommitment(salt, body, signature)), shipment.statement)
  assert.ok(signedRaw(fromHex(shipment.key), tagged('pedigree/statement/1', body), signature))
  assert.equal(readNamed('statement', body).origin, origin)
  assert.equal(bare.stated, null)
})

test('goods in another form are refused', () => {
  const change = (edit) => {
    const content = readContent(fromHex(shipment.content))
    edit(content.goods)
    return () => goodsOf(content)
  }
  assert.doesNotThrow(change(() => {}))
  assert.throws(change((g) => g.classes.push({ prefix: '/x/', attrs: 'a0' })), /table/)
  assert.throws(change((g) => (g.records[1].class = 0)), /table/)
  assert.throws(change((g) => (g.records[0].seed = null)), /seed/)
  assert.throws(change((g) => (g.records[0].sealed[0].suffix = 'a/b')), /suffix/)
})
