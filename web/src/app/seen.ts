// What a camera saw, by the symbol's kind and text: the code of a pack, or why it is none.
import { plain, recognise } from './recognise'

/** A symbol as a reader tells of it: its identifier (ISO/IEC 15424, such as ]d2) and its text. */
export type Read = { identifier: string; text: string }

/** Judged is a code to ask about, or what was seen instead: each of these has a sentence. */
export type Judged = { code: string } | { instead: Instead; number?: string }
export type Instead = 'web' | 'product' | 'linear' | 'square'

const gs1 = /^\](?:d2|C1|Q3|e0|J1)$/
const retail = /^\]E/ // EAN and UPC

/** judge tells what one symbol is. */
export function judge(s: Read): Judged {
  const kind = recognise(s.text).kind
  if (/^https?:/i.test(s.text)) return kind === 'web' ? { instead: 'web' } : { code: plain(s.text) }
  if (gs1.test(s.identifier)) return { code: s.identifier + s.text }
  if (retail.test(s.identifier)) return { instead: 'product', number: s.text }
  return { instead: /^\][dQz]/.test(s.identifier) ? 'square' : 'linear' }
}

/** best is the code of a pack among what is in the picture, whatever else is printed beside it. */
export function best(symbols: Read[]): Judged | undefined {
  const all = symbols.map(judge)
  const pack = (j: Judged) => 'code' in j && recognise(j.code).kind === 'pack'
  return all.find(pack) ?? all.find((j) => 'code' in j) ?? all[0]
}
