// Reads the code of a pack in this page, for when no node can be asked (GS1 General Specifications,
// sections 3 and 7.8; GS1 Digital Link URI Syntax; EPC Tag Data Standard, section 6.3.1). What it isn't sure of it doesn't read.
import { checkDigit, plain } from '../app/recognise'

/** Code is what stands on a pack. */
export type Code = { path: string; gtin: string; serial: string; lot: string; expiry: string }

const GS = '\u001d'
const serialMax = 20

// Elements of predefined length: no separator follows them.
const predefined: Record<string, number> = {
  ...{ '00': 18, '01': 14, '02': 14, '03': 14, '04': 16, '20': 2 },
  ...Object.fromEntries([11, 12, 13, 14, 15, 16, 17, 18, 19].map((ai) => [ai, 6])),
}
const withDecimal = /^3[1-6]/ // four digits of name, six of value
const places = /^41/ // three digits of name, thirteen of value
// How many digits the names of all others have, by their first two.
const named: Record<string, number> = {
  ...Object.fromEntries([10, 21, 22, 30, 37, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99].map((ai) => [String(ai), 2])),
  ...Object.fromEntries([23, 24, 25, 40, 42, 71].map((ai) => [String(ai), 3])),
  ...Object.fromEntries([39, 43, 70, 72, 80, 81, 82].map((ai) => [String(ai), 4])),
}

/** readCode is the pack that a text names, or nothing. */
export function readCode(text: string): Code | undefined {
  const t = plain(text)
  const elements = /^https?:|^\/?01\//i.test(t)
    ? ofLink(t)
    : t.startsWith('urn:')
      ? ofURN(t)
      : t.startsWith('(')
        ? ofBrackets(t)
        : ofElements(t)
  const gtin = elements?.get('01') ?? ''
  const serial = elements?.get('21') ?? ''
  if (!/^\d{14}$/.test(gtin) || checkDigit(gtin.slice(0, -1)) !== Number(gtin.at(-1))) return undefined
  if (serial === '' || serial.length > serialMax || !isText(serial)) return undefined
  return {
    path: `/01/${gtin}/21/${escapePath(serial)}`,
    gtin,
    serial,
    lot: elements?.get('10') ?? '',
    expiry: day(elements?.get('17') ?? ''),
  }
}

/** isText tells whether a value has only characters of GS1's table 7.11-1. */
const isText = (s: string) => /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/.test(s)

/** escapePath writes a value as a segment of the path by which the node knows a pack. */
const escapePath = (s: string) =>
  encodeURIComponent(s).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** day is YYMMDD with day 00 as the last day of its month, as the node compares it. */
function day(six: string): string {
  if (!/^\d{6}$/.test(six) || !six.endsWith('00')) return six
  const last = new Date(Date.UTC(2000 + Number(six.slice(0, 2)), Number(six.slice(2, 4)), 0)).getUTCDate()
  return six.slice(0, 4) + String(last).padStart(2, '0')
}

type Elements = Map<string, string>

/** put adds an element; a second value for one name makes the code unreadable. */
function put(all: Elements, ai: string, value: string): boolean {
  if (value === '' || (all.has(ai) && all.get(ai) !== value)) return false
  all.set(ai, value)
  return true
}

function ofElements(t: string): Elements | undefined {
  const all: Elements = new Map()
  for (let rest = t; rest !== ''; ) {
    const two = rest.slice(0, 2)
    const fixed = predefined[two] ?? (withDecimal.test(two) ? 6 : places.test(two) ? 13 : 0)
    const name = predefined[two] ? 2 : withDecimal.test(two) ? 4 : places.test(two) ? 3 : named[two]
    if (!name) return undefined
    const ai = rest.slice(0, name)
    const end = rest.indexOf(GS)
    const until = fixed ? name + fixed : end < 0 ? rest.length : end
    const value = rest.slice(name, until)
    if (!/^\d+$/.test(ai) || (fixed && value.length < fixed) || value.includes(GS) || !put(all, ai, value))
      return undefined
    rest = rest.slice(until)
    if (rest.startsWith(GS)) rest = rest.slice(1)
  }
  return all
}

function ofBrackets(t: string): Elements | undefined {
  const all: Elements = new Map()
  // A value may hold brackets of its own; a name is two to four digits in them.
  const parts = t.split(/\((\d{2,4})\)/)
  if (parts[0] !== '') return undefined
  for (let i = 1; i + 1 < parts.length; i += 2)
    if (!put(all, parts[i] as string, parts[i + 1] as string)) return undefined
  return all
}

function ofURN(t: string): Elements | undefined {
  const found = /^urn:epc:id:sgtin:(\d{6,12})\.(\d)(\d{0,6})\.([^.].*)$/.exec(t)
  if (!found) return undefined
  const [, prefix = '', indicator = '', item = '', serial = ''] = found
  const digits = indicator + prefix + item
  const plainSerial = plainOf(serial)
  if (digits.length !== 13 || plainSerial === undefined) return undefined
  return new Map([
    ['01', digits + checkDigit(digits)],
    ['21', plainSerial],
  ])
}

function ofLink(t: string): Elements | undefined {
  const all: Elements = new Map()
  const [way = '', query = ''] =
    t
      .replace(/^https?:\/\/[^/]+/i, '')
      .split('#')[0]
      ?.split('?') ?? []
  const parts = way.split('/').filter(Boolean)
  const at = parts.findIndex((p, i) => p === '01' && /^\d{8,14}$/.test(parts[i + 1] ?? ''))
  if (at < 0 || (parts.length - at) % 2 !== 0) return undefined
  for (let i = at; i < parts.length; i += 2) {
    const value = plainOf(parts[i + 1] as string)
    if (value === undefined || !put(all, parts[i] as string, i === at ? value.padStart(14, '0') : value))
      return undefined
  }
  for (const [ai, value] of new URLSearchParams(query))
    if (/^\d{2,4}$/.test(ai) && !put(all, ai, value)) return undefined
  return all
}

function plainOf(s: string): string | undefined {
  try {
    return decodeURIComponent(s)
  } catch {
    return undefined
  }
}
