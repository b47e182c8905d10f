// A small judge of CDDL (RFC 8610): as much of the language as the files in
// docs/internals/cddl use. Rules that nobody defines, and words it does not know,
// are errors.
import { decode } from './cbor.mjs'

const tokenPattern = /;[^\n]*|\s+|"[^"]*"|\d+\.\.\d+|\d+\*\d+|\d+\*|\*\d+|\d+|\.(?:size|cbor)|[A-Za-z][A-Za-z0-9-]*|=>|[=:/?*,[\](){}]/y

function tokens(text) {
  const out = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (!match) throw new Error(`CDDL that is not understood: ${text.slice(at, at + 40)}`)
    if (!/^[;\s]/.test(match[0])) out.push(match[0])
  }
  return out
}

export const prelude = {
  uint: (v) => typeof v === 'number' || typeof v === 'bigint',
  bstr: (v) => v instanceof Uint8Array,
  tstr: (v) => typeof v === 'string',
  bool: (v) => typeof v === 'boolean',
  nil: (v) => v === null,
}

const sizeOf = (v) => (typeof v === 'string' ? Buffer.byteLength(v) : v.length)

// parse reads rules from the texts of files.
export function parse(...texts) {
  const rules = new Map()
  const list = texts.flatMap((text) => tokens(text))
  let at = 0
  const peek = (ahead = 0) => list[at + ahead]
  const take = (want) => {
    if (want && list[at] !== want) throw new Error(`${want} is expected, not ${list[at]} (after ${list.slice(at - 5, at).join(' ')})`)
    return list[at++]
  }

  const range = (word) => {
    const [from, to] = word.includes('..') ? word.split('..') : [word, word]
    return [BigInt(from), BigInt(to)]
  }

  const type = () => {
    const choices = [control()]
    while (peek() === '/') {
      take()
      choices.push(control())
    }
    return choices.length === 1 ? choices[0] : { kind: 'choice', choices }
  }

  const control = () => {
    const base = simple()
    if (peek() === '.cbor') {
      take()
      return { kind: 'cbor', base, of: simple() }
    }
    if (peek() !== '.size') return base
    take()
    const open = peek() === '(' && take()
    const size = range(take())
    if (open) take(')')
    return { kind: 'size', base, size }
  }

  const simple = () => {
    const word = take()
    if (word === '[' || word === '{') {
      const entries = group()
      take(word === '[' ? ']' : '}')
      return { kind: word === '[' ? 'array' : 'map', entries }
    }
    if (word === '(') {
      const entries = group()
      take(')')
      const [only] = entries
      return entries.length === 1 && !only.name && only.from === 1 && only.to === 1 ? only.type : { kind: 'group', entries }
    }
    if (/^\d/.test(word)) return { kind: 'range', range: range(word) }
    if (word.startsWith('"')) return { kind: 'text', text: word.slice(1, -1) }
    return { kind: 'name', name: word }
  }

  const occurrence = () => {
    const word = peek()
    if (word === '?') return take() && [0, 1]
    if (!word.includes('*')) return [1, 1]
    const [from, to] = take().split('*')
    return [Number(from || 0), to === '' ? Infinity : Number(to)]
  }

  const group = () => {
    const entries = []
    while (!')]}'.includes(peek())) {
      const [from, to] = occurrence()
      const named = peek(1) === ':' || peek(1) === '=>'
      const name = named ? take() : ''
      const arrow = named && take() === '=>'
      entries.push({ from, to, name, key: arrow ? Number(name) : undefined, type: type() })
      if (peek() === ',') take()
    }
    return entries
  }

  while (at < list.length) {
    const name = take()
    take('=')
    if (rules.has(name)) throw new Error(`${name} is defined twice`)
    rules.set(name, type())
  }
  return new Judge(rules)
}

class Judge {
  constructor(rules) {
    this.rules = rules
    for (const [, rule] of rules) this.#walk(rule)
  }

  // walk makes sure that every name is defined.
  #walk(t) {
    if (t.kind === 'name' && !prelude[t.name] && !this.rules.has(t.name)) throw new Error(`${t.name} is not defined`)
    for (const inner of [t.base, t.of, ...(t.choices ?? []), ...(t.entries ?? []).map((e) => e.type)]) if (inner) this.#walk(inner)
  }

  // matches tells whether encoded bytes are what a rule says.
  matches(name, bytes) {
    return this.is({ kind: 'name', name }, decode(bytes, { maps: true }))
  }

  // is tells whether an item is of a type.
  is(t, v) {
    switch (t.kind) {
      case 'name':
        return prelude[t.name] ? prelude[t.name](v) : this.is(this.rules.get(t.name), v)
      case 'choice':
        return t.choices.some((c) => this.is(c, v))
      case 'range':
        return prelude.uint(v) && BigInt(v) >= t.range[0] && BigInt(v) <= t.range[1]
      case 'text':
        return v === t.text
      case 'size':
        return this.is(t.base, v) && BigInt(sizeOf(v)) >= t.size[0] && BigInt(sizeOf(v)) <= t.size[1]
      case 'cbor':
        return this.is(t.base, v) && this.is(t.of, decode(v, { maps: true }))
      case 'array':
        return Array.isArray(v) && this.#sequence(t.entries, v, 0) === v.length
      case 'map':
        return v instanceof Map && this.#members(t.entries, v)
    }
    throw new Error(`${t.kind} can't stand here`)
  }

  // sequence matches entries from a place on and gives the place after them, or -1.
  #sequence(entries, items, from) {
    let at = from
    for (const e of entries) {
      let n = 0
      while (n < e.to) {
        const next = this.#one(e.type, items, at)
        if (next < 0) break
        at = next
        n++
      }
      if (n < e.from) return -1
    }
    return at
  }

  #one(t, items, at) {
    const resolved = t.kind === 'name' && !prelude[t.name] ? this.rules.get(t.name) : t
    if (resolved.kind === 'group') return this.#sequence(resolved.entries, items, at)
    return at < items.length && this.is(t, items[at]) ? at + 1 : -1
  }

  #members(entries, map) {
    const known = entries.every((e) => (map.has(e.key) ? this.is(e.type, map.get(e.key)) : e.from === 0))
    return known && [...map.keys()].every((k) => entries.some((e) => e.key === k))
  }
}
