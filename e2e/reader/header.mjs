// Block headers, commits and validator sets of CometBFT 0.38.
import { concat, equal, isZero } from './bytes.mjs'
import { sha256, signedRaw } from './hash.mjs'
import { protoBytes, protoFixed64, protoMessage, protoUint, readProto, varint } from './protobuf.mjs'
import { bytes, hash, key, list, signature, struct, uint } from './shape.mjs'
import { leafHash, rootOf } from './tree.mjs'

const none = new Uint8Array()
const hashNames = ['lastCommit', 'data', 'validators', 'nextValidators', 'consensus', 'app', 'lastResults', 'evidence']

export const signedHeaderShape = struct({
  fields: {
    read: (item) => {
      if (!Array.isArray(item) || item.length !== 14) throw new Error('fourteen fields are expected')
      return item.map(bytes(96).read)
    },
    write: (v) => v,
  },
  round: uint(2 ** 31 - 1), total: uint(2 ** 32 - 1), parts: hash,
  signatures: list(struct({ index: uint(127), seconds: uint(253402300799), nanos: uint(999999999), signature }), 128),
})

const validator = struct({ key, power: uint(2n ** 60n - 1n) })
export const setShape = {
  read: (item) => {
    const set = list(validator, 128).read(item)
    checkSet(set)
    return set
  },
  write: (set) => set.map(validator.write),
}

export const address = (v) => sha256(v.key.subarray(1)).subarray(0, 20)

// checkSet refuses a set that the engine could not have.
export function checkSet(set) {
  if (set.length === 0) throw new Error('an empty validator set')
  let total = 0n
  set.forEach((v, i) => {
    total += BigInt(v.power)
    if (BigInt(v.power) === 0n) throw new Error('a validator without power')
    if (i > 0 && !before(set[i - 1], v)) throw new Error('validators out of order')
  })
  if (total > 2n ** 60n - 1n) throw new Error('too much power')
  if (new Set(set.map((v) => Buffer.from(v.key).toString('hex'))).size !== set.length) throw new Error('a key twice')
}

function before(a, b) {
  if (BigInt(a.power) !== BigInt(b.power)) return BigInt(a.power) > BigInt(b.power)
  return Buffer.compare(address(a), address(b)) < 0
}

export function setHash(set) {
  return rootOf(set.map((v) => leafHash(concat(protoMessage(1, protoBytes(1, v.key.subarray(1))), protoUint(2, v.power)))))
}

const timeProto = (seconds, nanos) => concat(protoUint(1, seconds), protoUint(2, nanos))
const blockIDProto = (h, total, parts) =>
  concat(isZero(h) ? none : protoMessage(1, h), protoMessage(2, concat(protoUint(1, total), isZero(parts) ? none : protoMessage(2, parts))))

// readHeader parses the fourteen fields and writes each again.
export function readHeader(fields) {
  const f = fields.map(readProto)
  const number = (i, field) => f[i].get(field) ?? 0n
  const blob = (map, field) => {
    const b = map.get(field) ?? none
    if (!(b instanceof Uint8Array)) throw new Error('a number where bytes are expected')
    return b
  }
  const hashIn = (map, field) => {
    const b = blob(map, field)
    if (b.length !== 0 && b.length !== 32) throw new Error(`a hash of ${b.length} bytes`)
    return b.length ? b : new Uint8Array(32)
  }
  const last = readProto(blob(f[4], 2))
  const h = {
    version: number(0, 1), appVersion: number(0, 2), chain: Buffer.from(blob(f[1], 1)).toString('utf8'), height: number(2, 1),
    seconds: number(3, 1), nanos: number(3, 2), proposer: blob(f[13], 1),
    lastHash: hashIn(f[4], 1), lastTotal: last.get(1) ?? 0n, lastParts: hashIn(last, 2),
  }
  hashNames.forEach((name, i) => (h[name] = hashIn(f[5 + i], 1)))
  const again = [
    concat(protoUint(1, h.version), protoUint(2, h.appVersion)), protoBytes(1, blob(f[1], 1)), protoUint(1, h.height), timeProto(h.seconds, h.nanos),
    blockIDProto(h.lastHash, h.lastTotal, h.lastParts), ...hashNames.map((name) => (isZero(h[name]) ? none : protoMessage(1, h[name]))), protoBytes(1, h.proposer),
  ]
  if (!again.every((b, i) => equal(b, fields[i]))) throw new Error('a header field in another encoding')
  if (h.version !== 11n || h.height === 0n || h.height > 2n ** 63n - 1n || !h.chain || h.chain.length > 50 || h.nanos > 999999999n ||
    h.seconds > 253402300799n || h.proposer.length !== 20 || h.lastTotal > 2n ** 32n - 1n) {
    throw new Error('a header that the engine can not have')
  }
  return h
}

export const headerHash = (fields) => rootOf(fields.map(leafHash))

// signBytes are what a validator signs.
export function signBytes(s, h, seconds, nanos) {
  const vote = concat(
    protoUint(1, 2), protoFixed64(2, h.height), protoFixed64(3, s.round), protoMessage(4, blockIDProto(headerHash(s.fields), s.total, s.parts)),
    protoMessage(5, timeProto(seconds, nanos)), protoBytes(6, Buffer.from(h.chain)),
  )
  return concat(varint(vote.length), vote)
}

// verifySigned checks a signed header against the set that must have signed it.
export function verifySigned(s, set) {
  const h = readHeader(s.fields)
  if (!equal(setHash(set), h.validators)) throw new Error('another validator set signed')
  let power = 0n
  let last = -1
  for (const c of s.signatures) {
    if (c.index <= last || c.index >= set.length) throw new Error('a signature twice, out of order or of nobody')
    last = c.index
    if (!signedRaw(set[c.index].key, signBytes(s, h, c.seconds, c.nanos), c.signature)) throw new Error(`the signature of validator ${c.index} is wrong`)
    power += BigInt(set[c.index].power)
  }
  const total = set.reduce((sum, v) => sum + BigInt(v.power), 0n)
  if (3n * power <= 2n * total) throw new Error(`${power} of ${total} of the power signed`)
  return h
}
