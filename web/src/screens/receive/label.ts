import { plain } from '../../app/recognise'
import { unitOf } from '../../parts/word'

/** isLabelOf tells whether what was scanned or typed is the label of a thing: an SSCC, or a product with its serial number. */
export function isLabelOf(text: string, path: string): boolean {
  const t = plain(text)
  if (t.includes(path)) return true
  const unit = unitOf(path)
  const bare = t.replace(/[()\s]/g, '')
  if (unit.sscc) return bare === unit.sscc || bare === `00${unit.sscc}`
  if (!unit.gtin || !unit.serial) return false
  const symbol = `01${unit.gtin}21${unit.serial}`
  return bare === symbol || bare.startsWith(`${symbol}\u001d`)
}
