// The tar of an export, in its one form, read in any order.
import { readSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { equal, isZero, utf8 } from './bytes.mjs'

const block = 512
const step = 1 << 16
export const octalMax = 2 ** 33 - 1

const octal = (n, digits) => n.toString(8).padStart(digits, '0')

// header is the one form of a file's header block.
export function header(name, size, seconds) {
  if (!name || utf8(name).length > 100 || !(size >= 0) || !(seconds >= 0) || seconds > octalMax) throw new Error(`${name} can not be in an export`)
  const b = Buffer.alloc(block)
  b.write(name, 0)
  b.write('0000600\0' + '0000000\0' + '0000000\0', 100, 'latin1')
  if (size <= octalMax) b.write(`${octal(size, 11)}\0`, 124, 'latin1')
  else {
    b[124] = 0x80
    b.writeBigUInt64BE(BigInt(size), 128)
  }
  b.write(`${octal(seconds, 11)}\0`, 136, 'latin1')
  b.write('        0', 148, 'latin1')
  b.write('ustar\0' + '00', 257, 'latin1')
  b.write('0000000\0' + '0000000\0', 329, 'latin1')
  b.write(`${octal(b.reduce((sum, x) => sum + x, 0), 6)}\0 `, 148, 'latin1')
  return b
}

function readHeader(b) {
  if (isZero(b)) return null
  const text = (from, to) => b.toString('utf8', from, to)
  const name = text(0, 100).split('\0')[0]
  const size = b[124] === 0x80 ? Number(b.readBigUInt64BE(128)) : parseInt(text(124, 135), 8)
  const seconds = parseInt(text(136, 147), 8)
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(seconds) || !equal(header(name, size, seconds), b)) {
    throw new Error('it is not written as headers of an export are')
  }
  return { name, size, seconds }
}

// Archive is a file of known size behind a descriptor.
export class Archive {
  constructor(fd, size) {
    Object.assign(this, { fd, size })
  }

  bytes(at, n) {
    const b = Buffer.alloc(n)
    for (let got = 0; got < n; ) {
      const more = readSync(this.fd, b, got, n - got, at + got)
      if (more === 0) throw new Error('it was cut off')
      got += more
    }
    return b
  }

  // entries walks over the headers, and throws at the first thing that is wrong.
  *entries() {
    let at = 0
    let last = ''
    let seconds
    for (;;) {
      if (at + block > this.size) throw new Error(`it ends after ${last}: it was cut off`)
      let h
      try {
        h = readHeader(this.bytes(at, block))
      } catch (err) {
        throw new Error(`the header at byte ${at}, after ${last}, is damaged: ${err.message}`)
      }
      if (h === null) return this.end(at, last)
      if (seconds !== undefined && h.seconds !== seconds) throw new Error(`the header of ${h.name} has another time than the one before`)
      seconds = h.seconds
      const from = at + block
      const rest = (block - (h.size % block)) % block
      if (h.size + rest > this.size - from) throw new Error(`it ends within ${h.name}: it was cut off`)
      if (!isZero(this.bytes(from + h.size, rest))) throw new Error(`what fills the last block of ${h.name} is damaged`)
      at = from + h.size + rest
      last = h.name
      yield { ...h, at: from }
    }
  }

  end(at, last) {
    if (at + 2 * block !== this.size || !isZero(this.bytes(at + block, block))) throw new Error(`its end, after ${last}, is damaged, or something follows`)
  }

  *parts(e) {
    for (let at = 0; at < e.size; at += step) yield this.bytes(e.at + at, Math.min(step, e.size - at))
  }

  hash(e) {
    const h = createHash('sha256')
    for (const part of this.parts(e)) h.update(part)
    return h.digest('hex')
  }

  // whole reads a file that must be small.
  whole(e, most) {
    if (!e) throw new Error('it is missing')
    if (e.size > most) throw new Error(`it has ${e.size} bytes where at most ${most} are allowed`)
    return new Uint8Array(this.bytes(e.at, e.size))
  }

  // lines gives each line of a list without its end.
  *lines(e, most) {
    let rest = Buffer.alloc(0)
    for (const part of this.parts(e)) {
      rest = Buffer.concat([rest, part])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield rest.toString('utf8', 0, end)
        rest = rest.subarray(end + 1)
      }
      if (rest.length > most) throw new Error(`a line has more than ${most} bytes`)
    }
    if (rest.length) throw new Error('its last line is cut off')
  }
}
