// Byte strings. All of them are Uint8Array.

// Refused says that something does not hold, and names the part.
export class Refused extends Error {
  constructor(part, text) {
    super(`${part}: ${text}`)
    this.part = part
  }
}

// refuseIf refuses a part when a condition is met.
export function refuseIf(condition, part, text) {
  if (condition) throw new Refused(part, text)
}

export function hex(b) {
  return Buffer.from(b).toString('hex')
}

export function fromHex(s) {
  if (!/^([0-9a-f]{2})*$/.test(s)) throw new Error(`${s} is not hexadecimal`)
  return new Uint8Array(Buffer.from(s, 'hex'))
}

export function utf8(s) {
  return new TextEncoder().encode(s)
}

export function concat(...parts) {
  return new Uint8Array(Buffer.concat(parts.map((p) => (typeof p === 'number' ? Uint8Array.of(p) : p))))
}

export function equal(a, b) {
  return a.length === b.length && a.every((x, i) => x === b[i])
}

// big writes a number in n bytes, most significant first.
export function big(n, width) {
  const out = new Uint8Array(width)
  let rest = BigInt(n)
  for (let i = width - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return out
}

export const zeroHash = new Uint8Array(32)

export function isZero(b) {
  return b.every((x) => x === 0)
}

// bit gives bit i, most significant first.
export function bit(b, i) {
  return ((b[i >> 3] >> (7 - (i & 7))) & 1) === 1
}
