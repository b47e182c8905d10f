// Reads and writes by the published CDDL alone: an array whose places have names
// becomes an object, bytes become hexadecimal digits. What it gives back is what
// the vectors show as plain values.
import { decode, encode } from './cbor.mjs'
import { fromHex, hex } from './bytes.mjs'
import { parse, prelude } from './cddl.mjs'
import { readDoc } from './vectors.mjs'

export const files = ['basics', 'entry', 'custody', 'proof', 'org', 'trace', 'network', 'rows', 'exchange', 'desk']
export const judge = parse(...files.map((name) => readDoc(`cddl/${name}.cddl`)))

const rule = (name) => ({ kind: 'name', name })
const isGroup = (t) => t.kind === 'group' || (t.kind === 'name' && !prelude[t.name] && judge.rules.get(t.name).kind === 'group')
const resolved = (t) => (t.kind === 'name' && !prelude[t.name] ? judge.rules.get(t.name) : t)

// places are the entries of an array with the groups in it written out.
const places = (t) => t.entries.flatMap((e) => (isGroup(e.type) ? places(resolved(e.type)) : [e]))

// isList tells an array that repeats one thing from one whose places have names.
const isList = (entries) => entries.length === 1 && !entries[0].name

// readNamed reads exactly one item of a rule.
export function readNamed(name, bytes) {
  const item = decode(bytes, { maps: true })
  if (!judge.is(rule(name), item)) throw new Error(`not ${name}`)
  return read(rule(name), item)
}

function read(t, item) {
  switch (t.kind) {
    case 'name':
      return prelude[t.name] ? (item instanceof Uint8Array ? hex(item) : item) : read(resolved(t), item)
    case 'choice':
      return read(t.choices.find((c) => judge.is(c, item)), item)
    case 'size':
    case 'cbor':
      return read(t.base, item)
    case 'array': {
      const entries = places(t)
      if (isList(entries)) return item.map((x) => read(entries[0].type, x))
      if (entries.length !== item.length || entries.some((e) => !e.name)) throw new Error('an array without names for its places')
      return Object.fromEntries(entries.map((e, i) => [e.name, read(e.type, item[i])]))
    }
    case 'range':
    case 'text':
      return item
  }
  throw new Error(`${t.kind} has no plain form`)
}

// writeNamed writes what readNamed gave.
export function writeNamed(name, value) {
  const item = write(rule(name), value)
  if (!judge.is(rule(name), item)) throw new Error(`not ${name}`)
  return encode(item)
}

function write(t, value) {
  switch (t.kind) {
    case 'name':
      return t.name === 'bstr' ? fromHex(value) : prelude[t.name] ? value : write(resolved(t), value)
    case 'choice':
      return chosen(t.choices, value)
    case 'size':
    case 'cbor':
      return write(t.base, value)
    case 'array': {
      const entries = places(t)
      if (isList(entries)) return value.map((x) => write(entries[0].type, x))
      if (Object.keys(value).length !== entries.length) throw new Error('another number of places')
      return entries.map((e) => write(e.type, value[e.name]))
    }
    case 'range':
    case 'text':
      return value
  }
  throw new Error(`${t.kind} has no plain form`)
}

// chosen writes a value as the first of some types that it fits.
function chosen(choices, value) {
  for (const c of choices) {
    try {
      const item = write(c, value)
      if (judge.is(c, item)) return item
    } catch {
      // the next choice may fit
    }
  }
  throw new Error('no choice fits')
}
