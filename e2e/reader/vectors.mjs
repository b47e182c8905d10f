// The published vectors.
import { readFileSync } from 'node:fs'
import { fromHex } from './bytes.mjs'

const root = new URL('../../docs/internals/', import.meta.url)

export const readDoc = (name) => readFileSync(new URL(name, root), 'utf8')
export const vectors = (name) => JSON.parse(readDoc(`vectors/${name}.json`))
export const vectorFile = (name) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, root)))

// binary turns every string of hexadecimal digits under a name into bytes.
export function binary(object, ...names) {
  const out = { ...object }
  for (const name of names) {
    const v = object[name]
    out[name] = v === null ? null : Array.isArray(v) ? v.map(fromHex) : fromHex(v)
  }
  return out
}
