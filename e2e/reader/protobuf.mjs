// The few protocol buffers that the engine hashes and signs.
import { concat } from './bytes.mjs'

export function varint(n) {
  const out = []
  let rest = BigInt(n)
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return Uint8Array.of(...out, Number(rest))
}

const none = new Uint8Array()

export const protoUint = (field, n) => (BigInt(n) === 0n ? none : concat(field << 3, varint(n)))
export const protoMessage = (field, b) => concat((field << 3) | 2, varint(b.length), b)
export const protoBytes = (field, b) => (b.length === 0 ? none : protoMessage(field, b))

export function protoFixed64(field, n) {
  if (BigInt(n) === 0n) return none
  const b = new Uint8Array(8)
  new DataView(b.buffer).setBigUint64(0, BigInt(n), true)
  return concat((field << 3) | 1, b)
}

// readProto reads varint and byte fields into a map from field number.
export function readProto(b) {
  const out = new Map()
  let at = 0
  const number = () => {
    let n = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= b.length) throw new Error('a protocol buffer ends too early')
      const byte = b[at++]
      n |= BigInt(byte & 127) << shift
      if (byte < 128) return n
    }
    throw new Error('a varint is too long')
  }
  while (at < b.length) {
    const tag = number()
    const value = number()
    if ((tag & 7n) === 0n) {
      out.set(Number(tag >> 3n), value)
    } else if ((tag & 7n) === 2n) {
      if (value > BigInt(b.length - at)) throw new Error('a protocol buffer ends too early')
      out.set(Number(tag >> 3n), b.subarray(at, at + Number(value)))
      at += Number(value)
    } else {
      throw new Error('a wire type that is not used')
    }
  }
  return out
}
