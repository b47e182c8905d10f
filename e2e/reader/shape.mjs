// Shapes: what an item must look like, and the object that it stands for. A
// shape has read(item) and write(value).
import { isZero } from './bytes.mjs'

const plain = (read) => ({ read, write: (v) => v })

// uint is a number of at most max. Numbers above 2^53-1 are BigInt.
export const uint = (max = 2n ** 64n - 1n) =>
  plain((item) => {
    if (typeof item !== 'number' && typeof item !== 'bigint') throw new Error('a number is expected')
    if (BigInt(item) > BigInt(max)) throw new Error(`${item} is above ${max}`)
    return item
  })

export const only = (value) =>
  plain((item) => {
    if (item !== value) throw new Error(`${value} is expected`)
    return item
  })

export const bytes = (max, min = 0) =>
  plain((item) => {
    if (!(item instanceof Uint8Array) || item.length > max || item.length < min) throw new Error(`${min} to ${max} bytes are expected`)
    return item
  })

export const text = (max) =>
  plain((item) => {
    if (typeof item !== 'string' || Buffer.byteLength(item) > max) throw new Error(`text of at most ${max} bytes is expected`)
    return item
  })

export const hash = bytes(32, 32)

const tagged = (size) =>
  plain((item) => {
    bytes(size, size).read(item)
    if (item[0] !== 1) throw new Error('an algorithm that nobody knows')
    return item
  })

export const key = tagged(33)
export const signature = tagged(65)

export const orNull = (shape) => ({
  read: (item) => (item === null ? null : shape.read(item)),
  write: (v) => (v === null ? null : shape.write(v)),
})

// hashOrNone is a hash, or null for none, never zero bytes.
export const hashOrNone = orNull(
  plain((item) => {
    if (isZero(hash.read(item))) throw new Error('zero bytes where none is written as null')
    return item
  }),
)

export const list = (shape, max) => ({
  read: (item) => {
    if (!Array.isArray(item) || item.length > max) throw new Error(`an array of at most ${max} is expected`)
    return item.map(shape.read)
  },
  write: (v) => v.map(shape.write),
})

// struct is an array of fixed length whose places have names.
export const struct = (places) => {
  const names = Object.keys(places)
  return {
    read: (item) => {
      if (!Array.isArray(item) || item.length !== names.length) throw new Error(`an array of ${names.length} is expected`)
      return Object.fromEntries(names.map((name, i) => [name, places[name].read(item[i])]))
    },
    write: (v) => names.map((name) => places[name].write(v[name])),
  }
}

// anything is an item that the reader does not look into.
export const anything = plain((item) => item)
