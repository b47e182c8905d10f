// What partners exchange beside the ledger: keys from a custody seed, prekey files
// and shipments.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { big, concat, equal, fromHex, Refused, refuseIf, utf8, zeroHash } from './bytes.mjs'
import { encode } from './cbor.mjs'
import { childSalt, childSeed, leafOf, nodeOf, placed } from './custody.mjs'
import { memoCommitment, sha256, signedRaw, tagged } from './hash.mjs'
import { derivePrivate, hkdf, open, sharedSecret } from './hpke.mjs'
import { readNamed, writeNamed } from './named.mjs'
import { leafHash, rootOf } from './tree.mjs'

// derived is one secret from a custody seed.
const derived = (seed, label, number) => hkdf(seed, concat(utf8(label), big(number, 8)))

export const custodySecret = (seed) => derived(seed, 'pedigree custody secret', 0)
export const sealPrivate = (seed) => derivePrivate(derived(seed, 'pedigree sealing key', 0))

// custodyKey is the one-time key with a number, with its algorithm byte.
export function custodyKey(seed, number) {
  const raw = derived(seed, 'pedigree custody key', number)
  const key = createPrivateKey({ key: Buffer.from(concat(fromHex('302e020100300506032b657004220420'), raw)), format: 'der', type: 'pkcs8' })
  return concat(1, new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })).subarray(-32))
}

// under puts whatever goes wrong down to a part.
function under(part, step) {
  try {
    return step()
  } catch (err) {
    throw err instanceof Refused ? err : new Refused(part, err.message)
  }
}

// readPrekeys reads a prekey file and checks its signature.
export function readPrekeys(b, key) {
  const file = under('format', () => readNamed('prekey-file', b))
  const body = fromHex(file.body)
  refuseIf(!signedRaw(key, tagged('pedigree/prekeys/1', body), fromHex(file.signature)), 'signature', 'not signed by that key')
  return readNamed('prekey-body', body)
}

// shipmentParts takes a file apart: signed is the file without its last item, the signature of 67 bytes; sealed
// bytes are bound to what stands before them.
function shipmentParts(b, file) {
  const signed = b.subarray(0, b.length - 67)
  const sealed = fromHex(file.sealed)
  return { signed, sealed, head: signed.subarray(0, signed.length - encode(sealed).length) }
}

// readShipment checks a shipment's signature and opens it.
export function readShipment(b, key, privateKey, sealPublic, mlkemSecret) {
  const file = under('format', () => readNamed('shipment-file', b))
  const { signed, sealed, head } = shipmentParts(b, file)
  refuseIf(!signedRaw(key, tagged('pedigree/shipment/1', signed), fromHex(file.signature)), 'signature', 'not signed by that key')
  refuseIf(!equal(sha256(sealPublic), fromHex(file.seal.recipient)), 'seal', 'sealed to another key')
  const shared = under('seal', () => sharedSecret(privateKey, fromHex(file.seal.enc), mlkemSecret))
  return under('seal', () => open(shared, utf8('pedigree/shipment/1'), head, sealed))
}

// readContent reads what was sealed. Written again it is the same.
export function readContent(b) {
  const content = readNamed('shipment-content', b)
  if (!equal(writeNamed('shipment-content', content), b)) throw new Error('not its one encoding')
  if (content.offers.length !== content.goods.records.length) throw new Error('another number of offers than records')
  return content
}

const hashList = (digits) => Array.from({ length: digits.length / 64 }, (_, i) => fromHex(digits.slice(64 * i, 64 * i + 64)))

// memoOf is the commitment to a shipment's documents on the ledger.
export function memoOf(content) {
  return memoCommitment(fromHex(content['memo-salt']), rootOf(hashList(content.hashes).map(leafHash)))
}

// goodsOf lists all goods of a content with what follows from salts and seeds.
export function goodsOf({ goods, origins }) {
  const { classes, records } = goods
  const out = []
  checkClasses(goods)
  const named = (g, salt, origin, within) => {
    const { prefix, attrs } = classes[g.class]
    const path = prefix + g.suffix
    const one = { path, in: within, attrs, origin, leaf: leafOf(salt, path, fromHex(attrs)), depth: 0, root: zeroHash }
    out.push(one)
    return one
  }
  const fill = (one, list, seed) => {
    if (list.length === 0) return
    const nodes = list.map((child) => {
      if ('none' in child) return nodeOf(fromHex(child.leaf), child.depth, child.root === null ? zeroHash : fromHex(child.root))
      const path = classes[child.class].prefix + child.suffix
      const inner = named(child, childSalt(seed, path), one.origin, one.path)
      fill(inner, child.sealed ?? [], childSeed(seed, path))
      return nodeOf(inner.leaf, inner.depth, inner.root)
    })
    const { depth, root } = placed(seed, nodes)
    Object.assign(one, { depth, root })
  }
  const record = (r, within) => {
    if ((r.seed === null) !== (r.sealed.length === 0)) throw new Error('a seed without sealed goods, or sealed goods without a seed')
    const one = named(r, fromHex(r.salt), origins[r.origin].origin, within)
    fill(one, r.sealed, r.seed === null ? null : fromHex(r.seed))
    for (const p of r.packed) record(p, one.path)
  }
  for (const r of records) record(r, '')
  return out
}

// checkClasses makes sure that the table of classes has each once, in the order of
// first use, and that prefixes end where the last part of a path begins.
function checkClasses({ classes, records }) {
  const used = []
  const visit = (g) => {
    if ('none' in g) return
    if (!used.includes(g.class)) used.push(g.class)
    if (g.suffix.includes('/')) throw new Error('a suffix with more than the last part')
    for (const inner of [...(g.sealed ?? []), ...(g.packed ?? [])]) visit(inner)
  }
  records.forEach(visit)
  const distinct = new Set(classes.map((c) => `${c.prefix} ${c.attrs}`))
  const ordered = used.length === classes.length && used.every((n, i) => n === i)
  if (!ordered || distinct.size !== classes.length || classes.some((c) => c.prefix !== '' && !c.prefix.endsWith('/'))) throw new Error('a table of classes in another form')
}
