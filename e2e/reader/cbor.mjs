// The accepted subset of deterministic CBOR. Numbers up to 2^53-1 are numbers,
// greater ones BigInt; byte strings Uint8Array; maps Map, where the caller allows
// them.
import { concat, utf8 } from './bytes.mjs'

const depthMax = 24

class Source {
  constructor(b, maps) {
    this.b = b
    this.at = 0
    this.maps = maps
  }

  take(n) {
    if (this.b.length - this.at < n) throw new Error('ends too early')
    this.at += n
    return this.b.subarray(this.at - n, this.at)
  }

  // head reads a major type and its number, in the shortest form only.
  head() {
    const [first] = this.take(1)
    const major = first >> 5
    const info = first & 31
    if (info < 24) return [major, BigInt(info), info]
    if (info > 27) throw new Error('indefinite or reserved length')
    let n = 0n
    for (const byte of this.take(1 << (info - 24))) n = (n << 8n) | BigInt(byte)
    const least = [24n, 1n << 8n, 1n << 16n, 1n << 32n][info - 24]
    if (n < least) throw new Error('not the shortest form')
    return [major, n, info]
  }

  length(n) {
    if (n > BigInt(this.b.length - this.at)) throw new Error('ends too early')
    return Number(n)
  }

  item(depth) {
    if (depth > depthMax) throw new Error('nested too deeply')
    const [major, n, info] = this.head()
    switch (major) {
      case 0:
        return n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n
      case 2:
        return this.take(this.length(n))
      case 3:
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(this.length(n)))
      case 4:
        return Array.from({ length: this.length(n) }, () => this.item(depth + 1))
      case 5:
        return this.map(this.length(n), depth)
      case 7:
        if (info >= 20 && info <= 22) return [false, true, null][info - 20]
    }
    throw new Error(`type ${major} is not used`)
  }

  map(n, depth) {
    if (!this.maps) throw new Error('a map where none is allowed')
    const out = new Map()
    let last = -1
    for (let i = 0; i < n; i++) {
      const key = this.item(depth + 1)
      if (typeof key !== 'number' || key <= last) throw new Error('map keys must be numbers that ascend')
      last = key
      out.set(key, this.item(depth + 1))
    }
    return out
  }
}

// decode reads exactly one item.
export function decode(b, { maps = false } = {}) {
  const source = new Source(b, maps)
  const value = source.item(0)
  if (source.at !== b.length) throw new Error('bytes after the end')
  return value
}

function head(major, n) {
  const v = BigInt(n)
  if (v < 24n) return Uint8Array.of((major << 5) | Number(v))
  const width = v < 1n << 8n ? 0 : v < 1n << 16n ? 1 : v < 1n << 32n ? 2 : 3
  const out = new Uint8Array(1 + (1 << width))
  out[0] = (major << 5) | (24 + width)
  for (let i = out.length - 1, rest = v; i > 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn)
  return out
}

// headOf is the head of a byte string, text, array or map of a length.
export function headOf(kind, n) {
  return head({ bytes: 2, text: 3, array: 4, map: 5 }[kind], n)
}

// encode writes one item.
export function encode(v) {
  if (v === null) return Uint8Array.of(0xf6)
  if (typeof v === 'boolean') return Uint8Array.of(v ? 0xf5 : 0xf4)
  if (typeof v === 'number' || typeof v === 'bigint') return head(0, v)
  if (typeof v === 'string') return concat(head(3, utf8(v).length), utf8(v))
  if (v instanceof Uint8Array) return concat(head(2, v.length), v)
  if (Array.isArray(v)) return concat(head(4, v.length), ...v.map(encode))
  if (v instanceof Map) return concat(head(5, v.size), ...[...v].flatMap(([k, x]) => [encode(k), encode(x)]))
  throw new Error(`can't write ${typeof v}`)
}
