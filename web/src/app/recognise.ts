// What a scanned or typed text is, by its form alone. The node decides what it means.

export type Kind = 'pack' | 'container' | 'place' | 'link' | 'hash' | 'height' | 'product' | 'web' | 'text' | 'nothing'
export type Recognised = { kind: Kind; text: string }

const GS = '\u001d'
const symbologies = /^\](?:d2|C1|Q3|e0|J1)/ // AIM identifiers of GS1 DataMatrix, GS1-128, QR, DataBar, DotCode (ISO/IEC 15424)

/** checkDigit is the last digit of a GS1 key, from the digits before it (GS1 General Specifications, section 7.9). */
export function checkDigit(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  return (10 - (sum % 10)) % 10
}

const checked = (digits: string) => checkDigit(digits.slice(0, -1)) === Number(digits.at(-1))

/** plain takes away what scanners add: a symbology identifier, a separator in front, spaces, an end of line. */
export function plain(text: string): string {
  let t = text.replace(/[\r\n\t]+$/, '').trim()
  t = t.replace(symbologies, '')
  return t.startsWith(GS) ? t.slice(1) : t
}

/** recognise tells what a text is. */
export function recognise(text: string): Recognised {
  const t = plain(text)
  const is = (kind: Kind): Recognised => ({ kind, text: t })
  if (t === '') return is('nothing')
  if (/^https?:\/\//i.test(t)) {
    if (/\/(01|gtin)\/\d{8,14}\/(?:.*\/)?(21|ser)\/[^/?#]+/.test(t)) return is('pack')
    if (/\/(00|sscc)\/\d{18}/.test(t)) return is('container')
    if (/\/(01|gtin|414|gln|8003|8004)\/[^/?#]+/.test(t)) return is('link')
    return is('web')
  }
  if (/^\/?(01)\/\d{14}\/(?:.*\/)?21\/[^/]+$/.test(t) || /^urn:epc:id:sgtin:/.test(t)) return is('pack')
  if (/^\/?00\/\d{18}$/.test(t) || /^urn:epc:id:sscc:/.test(t)) return is('container')
  const bare = t.replace(/[()]/g, '')
  if (/^01\d{14}./.test(bare) && bare.length > 18) return is('pack')
  if (/^\(?00\)?\d{18}$/.test(t) && checked(bare.slice(2))) return is('container')
  if (/^\d{18}$/.test(t) && checked(t)) return is('container')
  if (/^\(?414\)?\d{13}$/.test(t) && checked(bare.slice(3))) return is('place')
  if (/^\d{8}$|^\d{12,14}$/.test(t) && checked(t)) return is('product')
  if (/^[0-9a-f]{64}$/i.test(t)) return is('hash')
  if (/^\d{1,10}$/.test(t)) return is('height')
  return is('text')
}
