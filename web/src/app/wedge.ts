// Hand scanners are keyboards that type fast. What they type is told from a person's
// typing by the time between keys, never by which field has the focus.

/** Keys of a scanner follow each other within so many milliseconds. */
export const keyGapMs = 35
/** A code has so many characters at least, or a person's double key would pass for one. */
export const leastKeys = 6
/** A code has so many characters at most: GS1 DataMatrix holds 2,335. */
export const mostKeys = 4096

export type Key = { key: string; at: number; ctrl?: boolean; alt?: boolean; repeat?: boolean }

/** Wedge gathers keys and gives a code when one ends. */
export class Wedge {
  private text = ''
  private last = Number.NEGATIVE_INFINITY
  private quick = true

  /** take takes a key and says what became of it: 'code' when a code ended with it, 'part' when it belongs to one, 'no' otherwise. */
  take(k: Key): { is: 'code'; text: string } | { is: 'part' | 'no' } {
    if (k.at - this.last > keyGapMs) this.clear()
    this.last = k.at
    if (k.repeat) this.quick = false // a key that is held down repeats as fast as a scanner types
    if (k.key === 'Enter' || k.key === 'Tab') {
      const text = this.text
      const whole = text.length >= leastKeys && this.quick
      this.clear()
      return whole ? { is: 'code', text } : { is: 'no' }
    }
    const c = character(k)
    if (c === '') return { is: 'no' }
    if (this.text.length >= mostKeys) this.quick = false
    else this.text += c
    return { is: this.text.length > 1 ? 'part' : 'no' }
  }

  /** fresh tells whether a key at that time begins something new, as far as can be known then. */
  fresh(at: number) {
    return this.text === '' || at - this.last > keyGapMs
  }

  /** idle tells whether no code is being typed: one key alone is none. */
  idle() {
    return this.text.length <= 1
  }

  clear() {
    this.text = ''
    this.quick = true
  }
}

/** character is what a key stands for in a code: scanners send the separator (GS) as itself, as F8 or as Ctrl and ]. */
function character(k: Key): string {
  if (k.key === '\u001d' || k.key === 'F8' || (k.ctrl && k.key === ']')) return '\u001d'
  if (k.ctrl || k.alt) return ''
  return [...k.key].length === 1 ? k.key : ''
}
