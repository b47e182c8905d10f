import { meanings } from './meanings'
import { remedies } from './remedies'

export type Saying = { text: string; mend: string; next: string }

const asItIs = 'use the document as it is' // how the node begins what to do about a warning

/** saying is what a rule of documents says in Spanish; `next` is the node's own next step, where it gave one. */
export function saying(code: string, next = ''): Saying | undefined {
  const [text, mend] = meanings[code] ?? ['', '']
  const own = remedies[code]
  if (!own && !mend) return undefined
  const ask = next.startsWith(asItIs)
    ? `use el documento como está y avise al remitente: ${mend}`
    : `pida al remitente un documento corregido: ${mend}`
  return { text: sentence(text), mend: sentence(mend), next: sentence(own ?? ask) }
}

const sentence = (text: string) => (text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : '')
