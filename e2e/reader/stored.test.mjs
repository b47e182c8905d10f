// What a node stores for itself: the ledger's rows, the signing mark, the vault.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, fromHex, hex, utf8 } from './bytes.mjs'
import { sha256, signedRaw } from './hash.mjs'
import { newestMark, readMark, writeMark } from './mark.mjs'
import { readNamed, writeNamed } from './named.mjs'
import { Store } from './store.mjs'
import { answerContext, callerSecret, fingerprint, headContext, openChunk, openSealed, ownSecret, readKeyFile, sealChunk } from './vault.mjs'
import { binary, vectors } from './vectors.mjs'

function stored(blocks) {
  const store = new Store()
  blocks.forEach((b) => store.apply(b))
  return { rows: store.rows().map(([key, value]) => ({ key: hex(key), value: hex(value) })), appHash: hex(sha256(store.parts())) }
}

test('every row on the disk follows from what the blocks changed', () => {
  const { blocks, ...want } = vectors('store')
  assert.deepEqual(stored(blocks), want)
  const pages = want.rows.filter((r) => r.key.startsWith('1200'))
  assert.ok(pages.some((r) => r.key.startsWith('120002')), 'a page below the first is shown')
})

test('another block leaves other rows', () => {
  const { blocks, rows } = vectors('store')
  const changes = [
    (b) => (b[0].writes[3].value += '00'), (b) => (b[1].events[4] += '00'), (b) => b[1].setAdds.reverse(), (b) => (b[1].entries[1].code = 1003),
    (b) => (b[3].setDrops = []), (b) => b.splice(2, 1), (b) => (b[1].writes.find((w) => w.value === null).value = '00'),
  ]
  for (const change of changes) {
    const other = structuredClone(blocks)
    change(other)
    assert.notDeepEqual(stored(other).rows, rows)
  }
})

const shown = ({ key, signBytes, signature, ...rest }) => ({ ...rest, key: hex(key), signBytes: hex(signBytes), signature: hex(signature) })

test('signing marks are read, written, and follow one another', () => {
  const v = vectors('mark')
  assert.equal(v.size, 2 * 4096)
  for (const f of v.files) {
    const [even, odd] = [fromHex(f.even), fromHex(f.odd)]
    const newest = newestMark(even, odd)
    assert.deepEqual(shown(newest), f.newest)
    assert.equal(hex(writeMark(newest)), newest.seq % 2 ? f.odd : f.even)
    if (newest.step > 0) assert.ok(signedRaw(concat(1, newest.key), newest.signBytes, concat(1, newest.signature)))
  }
  assert.deepEqual(v.files.map((f) => f.newest.seq), [1, 2, 3, 4])
  const last = fromHex(v.files.at(-1).even)
  for (let at = 0; at < last.length; at++) {
    last[at] ^= 1
    assert.throws(() => readMark(last), `byte ${at}`)
    last[at] ^= 1
  }
  assert.throws(() => newestMark(fromHex(v.files[0].even), fromHex(v.files[2].odd)), 'a record is missing between')
})

const vault = vectors('vault')
const key = fromHex(vault.key)

test("the vault's key and what is derived from it", () => {
  assert.deepEqual(readKeyFile(vault.keyFile), key)
  for (const [label, secret] of Object.entries(vault.secrets)) {
    const [, whose, purpose] = /^pedigree vault (own|caller) (.*)$/.exec(label)
    assert.equal(hex((whose === 'own' ? ownSecret : callerSecret)(key, purpose)), secret)
  }
  const check = fromHex(vault.keyCheck)
  assert.equal(openSealed(ownSecret(key, 'key check'), utf8('key'), check).length, 26)
  assert.throws(() => openSealed(ownSecret(key, 'answer'), utf8('key'), check))
})

// openDocument opens the row of a document and checks all its parts.
function openDocument(d) {
  const head = JSON.parse(new TextDecoder().decode(openSealed(ownSecret(key, 'document head'), headContext(d), fromHex(d.head))))
  const chunkKey = Buffer.from(head.key, 'base64')
  const plain = new Uint8Array(Buffer.from(d.of.text.repeat(d.of.times)))
  d.chunks.forEach((c, i) => {
    const part = plain.subarray(i * vault.chunkBytes, (i + 1) * vault.chunkBytes)
    const last = i === d.chunks.length - 1
    const body = sealChunk(chunkKey, fromHex(c.nonce), i, last, part)
    assert.equal(hex(sha256(body)), c.sha256)
    if (!('body' in c)) return
    assert.equal(hex(body), c.body)
    assert.equal(hex(openChunk(chunkKey, i, last, fromHex(c.body))), hex(part))
    assert.throws(() => openChunk(chunkKey, i, !last, fromHex(c.body)), 'the end is moved')
    assert.throws(() => openChunk(chunkKey, i + 1, last, fromHex(c.body)), 'it is moved')
  })
  return { head, plain }
}

test('documents: rows, heads and chunks', () => {
  for (const d of vault.documents) {
    const { head, plain } = openDocument(d)
    const sum = sha256(plain)
    assert.deepEqual([head.name, head.partner, Buffer.from(head.sha256, 'base64').toString('hex')], [d.of.name, d.of.partner, hex(sum)])
    assert.equal(plain.length, d.size)
    assert.equal(hex(fingerprint(ownSecret(key, 'document content'), sum)), d.content)
    assert.equal(hex(fingerprint(ownSecret(key, 'document partner'), utf8(d.of.partner))), d.partner)
    for (const [name, value] of Object.entries({ id: d.id + 1, size: d.size + 1, created: 0, direction: 'x', mediaType: 'x', content: d.partner, partner: d.content })) {
      assert.throws(() => openDocument({ ...d, [name]: value }), `another ${name}`)
    }
  }
  assert.equal(Math.max(...vault.documents.map((d) => d.chunks.length)), 2)
})

test('no changed byte of a sealed value opens', () => {
  const [d] = vault.documents
  const sealed = fromHex(d.head)
  for (let at = 0; at < sealed.length; at++) {
    sealed[at] ^= 1
    assert.throws(() => openDocument({ ...d, head: hex(sealed) }), `byte ${at}`)
    sealed[at] ^= 1
  }
})

test('columns that hold more than one value', () => {
  for (const { rule, value, bytes } of vectors('exchange').columns) {
    const b = fromHex(bytes)
    assert.deepEqual(readNamed(rule, b), value)
    assert.equal(hex(writeNamed(rule, value)), bytes)
    for (let at = 0; at < b.length; at++) {
      b[at] ^= 1
      assert.throws(() => assert.deepEqual(readNamed(rule, b), value), `${rule}, byte ${at}`)
      b[at] ^= 1
    }
  }
})

test('an answer is sealed under its request', () => {
  const { request: r } = vault
  const { sealed, hash } = binary(r, 'sealed', 'hash')
  assert.equal(hex(openSealed(ownSecret(key, 'answer'), answerContext(r), sealed)), hex(hash) + r.answer)
  assert.throws(() => openSealed(ownSecret(key, 'answer'), answerContext({ ...r, key: '7e' }), sealed))
  assert.equal(hex(fingerprint(ownSecret(key, 'request'), hash)), r.fingerprint)
})
