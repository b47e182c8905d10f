// HPKE (RFC 9180, base mode) as shipments are sealed with: X-Wing, which is
// ML-KEM-768 with X25519, HKDF-SHA-256 and AES-256-GCM. Node does not have ML-KEM
// everywhere, so its shared secret is given; everything else is worked out here.
import { createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto'
import { big, concat, fromHex, utf8 } from './bytes.mjs'

const kem = 0x647a
const suite = concat(utf8('HPKE'), big(kem, 2), big(1, 2), big(2, 2))
const ciphertextSize = 1088 // of ML-KEM-768

const bytesOf = (b) => new Uint8Array(b)
const shake256 = (length, ...parts) => bytesOf(createHash('shake256', { outputLength: length }).update(concat(...parts)).digest())

// hkdf is HKDF-SHA-256 without salt.
export const hkdf = (secret, info, length = 32, salt = new Uint8Array()) => bytesOf(hkdfSync('sha256', secret, salt, info, length))

// derivePrivate is the 32 bytes of a private key from its key material.
export function derivePrivate(material) {
  const label = utf8('DeriveKeyPair')
  return shake256(32, material, utf8('HPKE-v1'), utf8('KEM'), big(kem, 2), big(label.length, 2), label, big(32, 2))
}

const x25519Private = (raw) => createPrivateKey({ key: Buffer.from(concat(fromHex('302e020100300506032b656e04220420'), raw)), format: 'der', type: 'pkcs8' })
const x25519Public = (raw) => createPublicKey({ key: Buffer.from(concat(fromHex('302a300506032b656e032100'), raw)), format: 'der', type: 'spki' })

// curveKey is the X25519 half of a private key, which stands behind 64 bytes for
// ML-KEM; with its public half.
export function curveKey(privateKey) {
  const key = x25519Private(shake256(96, privateKey).subarray(64))
  const public_ = bytesOf(createPublicKey(key).export({ format: 'der', type: 'spki' })).subarray(-32)
  return { key, public: public_ }
}

// sharedSecret puts both halves together.
export function sharedSecret(privateKey, enc, mlkemSecret) {
  if (enc.length !== ciphertextSize + 32) throw new Error('an encapsulated key of another size')
  const point = enc.subarray(ciphertextSize)
  const own = curveKey(privateKey)
  const curveSecret = diffieHellman({ privateKey: own.key, publicKey: x25519Public(point) })
  return bytesOf(createHash('sha3-256').update(concat(mlkemSecret, curveSecret, point, own.public, utf8('\\.//^\\'))).digest())
}

const extract = (salt, label, material) => bytesOf(createHmac('sha256', salt).update(concat(utf8('HPKE-v1'), suite, utf8(label), material)).digest())

// expand gives at most 32 bytes, hence one block of HKDF-Expand.
function expand(key, label, info, length) {
  const block = createHmac('sha256', key).update(concat(big(length, 2), utf8('HPKE-v1'), suite, utf8(label), info, 1)).digest()
  return bytesOf(block).subarray(0, length)
}

// open opens the first text that was sealed to a shared secret.
export function open(shared, info, aad, sealed) {
  const none = new Uint8Array()
  const context = concat(0, extract(none, 'psk_id_hash', none), extract(none, 'info_hash', info))
  const secret = extract(shared, 'secret', none)
  return openBox(expand(secret, 'key', context, 32), expand(secret, 'base_nonce', context, 12), aad, sealed)
}

// openBox is AES-256-GCM with the tag behind.
export function openBox(key, nonce, aad, sealed) {
  const box = createDecipheriv('aes-256-gcm', key, nonce)
  box.setAAD(aad)
  box.setAuthTag(sealed.subarray(-16))
  return bytesOf(Buffer.concat([box.update(sealed.subarray(0, -16)), box.final()]))
}
