// Hashes, signatures and the application hash.
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import { big, concat, fromHex, utf8 } from './bytes.mjs'
import { encode } from './cbor.mjs'

export function sha256(...parts) {
  return new Uint8Array(createHash('sha256').update(concat(...parts)).digest())
}

export function hmac(key, ...parts) {
  return new Uint8Array(createHmac('sha256', key).update(concat(...parts)).digest())
}

// tagged is what members sign.
export function tagged(tag, body) {
  const t = utf8(tag)
  return new Uint8Array(createHash('sha512-256').update(concat(t.length, t, big(body.length, 4), body)).digest())
}

const spki = fromHex('302a300506032b6570032100')

// keys are the public keys that were read: making one takes as long as a signature.
const keys = new Map()
const keysMax = 1000

function publicKey(key) {
  const name = Buffer.from(key).toString('hex')
  if (!keys.has(name)) {
    if (keys.size === keysMax) keys.clear()
    keys.set(name, createPublicKey({ key: Buffer.from(concat(spki, key.subarray(1))), format: 'der', type: 'spki' }))
  }
  return keys.get(name)
}

// signedRaw checks an Ed25519 signature over bytes; both carry their algorithm byte.
export function signedRaw(key, message, signature) {
  if (key.length !== 33 || signature.length !== 65 || key[0] !== 1 || signature[0] !== 1) return false
  try {
    return verify(null, message, publicKey(key), signature.subarray(1))
  } catch {
    return false
  }
}

const sized = (width, b) => concat(big(b.length, width), b)

export function statementCommitment(salt, body, signature) {
  return sha256(0x13, salt, sized(2, body), signature)
}

export function memoCommitment(salt, root) {
  return sha256(0x14, salt, root)
}

export function reasonCommitment(salt, text) {
  return sha256(0x15, salt, sized(2, utf8(text)))
}

export function presenceMessage(chain, origin, leaf, nonce) {
  return tagged('pedigree/presence/1', encode([1, chain, origin, leaf, nonce]))
}

// parts is the input of the application hash.
export function encodeParts({ eventCount, eventRoot, stateRoot, setRoot }) {
  return concat(0x10, 1, big(eventCount, 8), eventRoot, stateRoot, setRoot)
}

export function decodeParts(b) {
  if (b.length !== 106 || b[0] !== 0x10 || b[1] !== 1) throw new Error('not the parts of an application hash of format 1')
  return {
    eventCount: new DataView(b.buffer, b.byteOffset).getBigUint64(2),
    eventRoot: b.subarray(10, 42),
    stateRoot: b.subarray(42, 74),
    setRoot: b.subarray(74, 106),
  }
}

export function setStep(set, bucket, prev, item) {
  return sha256(0x11, set, big(bucket, 8), prev, item)
}

export function setRoot(buckets) {
  const rows = buckets.map((k) => concat(k.set, big(k.bucket, 8), big(k.count, 8), k.chain))
  return sha256(0x12, big(buckets.length, 8), ...rows)
}
