// Entries, results and events.
import { concat } from './bytes.mjs'
import { decode, encode } from './cbor.mjs'
import { tagged } from './hash.mjs'
import { protoBytes, protoUint } from './protobuf.mjs'
import { anything, bytes, hash, key, list, only, signature, struct, text, uint } from './shape.mjs'
import { leafHash } from './tree.mjs'

const bodyShape = struct({
  version: only(1), chain: text(50), validUntil: uint(),
  admission: list(struct({ kind: only(0), org: text(32), keyID: uint() }), 64),
  entries: list(struct({ module: text(32), kind: text(32), message: anything }), 16),
  signers: list(key, 64),
})
const envelopeShape = struct({ body: bytes(65536), signatures: list(bytes(65, 65), 128) })
export const eventShape = struct({ height: uint(), place: uint(), entry: hash, module: text(32), name: text(32), data: anything })
const resultShape = struct({ entry: hash, firstEvent: uint(), events: list(bytes(16384), 4400) })

export const entryID = (body) => tagged('pedigree/entry/1', body)

// readEnvelope reads an envelope and its body and counts the signatures.
export function readEnvelope(b) {
  if (b.length > 65536) throw new Error('more than 64 KiB')
  const { body, signatures } = envelopeShape.read(decode(b))
  const read = bodyShape.read(decode(body))
  if (read.admission.length === 0 || read.entries.length === 0) throw new Error('no admission or no entry')
  if (signatures.length !== read.admission.length + read.signers.length) throw new Error('another number of signatures than keys')
  return { ...read, id: entryID(body), body, signatures }
}

// writeBody writes a body whose messages are encoded already.
export function writeBody(b) {
  return encode(bodyShape.write({ ...b, version: 1, entries: b.entries.map((e) => ({ ...e, message: decode(e.message) })) }))
}

export const writeEnvelope = (body, signatures) => encode(envelopeShape.write({ body, signatures: signatures.map((s) => signature.read(s)) }))
export const readEvent = (b) => eventShape.read(decode(b))
export const readResult = (b) => resultShape.read(decode(b))
export const writeResult = (r) => encode(resultShape.write(r))

// resultLeaf is the leaf of a result: the engine's ExecTxResult.
export const resultLeaf = (code, data) => leafHash(concat(protoUint(1, code), protoBytes(2, data)))
