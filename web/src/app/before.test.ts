import { describe, expect, it } from 'vitest'
import { keep } from './before'

/** A field as a browser has it, with what it told the page. */
class FakeField {
  tagName = 'INPUT'
  text = ''
  selectionStart: number | null = 0
  selectionEnd: number | null = 0
  selectionDirection = 'forward'
  heard: string[] = []
  get value() {
    return this.text
  }
  set value(text: string) {
    this.text = text
    if (this.selectionStart !== null) this.setSelectionRange(text.length, text.length)
  }
  setSelectionRange(from: number, to: number, way = 'forward') {
    if (this.selectionStart === null) throw new Error('this kind of field has no selection')
    Object.assign(this, { selectionStart: from, selectionEnd: to, selectionDirection: way })
  }
  dispatchEvent(e: Event) {
    this.heard.push(`${e.type}${e.bubbles ? ' that rises' : ''}: ${this.text}`)
    return true
  }
}
const held = (f: FakeField) => keep(f as unknown as Element)

describe('what stood in a field before a scan', () => {
  it('is put back exactly, with the selection and its direction', () => {
    const f = new FakeField()
    f.value = 'two packs, 00 damaged'
    f.setSelectionRange(11, 13, 'backward')
    const back = held(f)
    f.value = 'two packs, 0100399991123455 damaged'
    back()
    expect(f.text).toBe('two packs, 00 damaged')
    expect([f.selectionStart, f.selectionEnd, f.selectionDirection]).toEqual([11, 13, 'backward'])
  })

  it('is told to a page that holds the text itself, past what it put over the element', () => {
    const f = new FakeField()
    f.value = 'LOT'
    const back = held(f)
    f.value = 'LOT0100'
    const seen: string[] = []
    Object.defineProperty(f, 'value', {
      get: () => f.text,
      set: (text: string) => {
        seen.push(text)
      },
    })
    back()
    expect(f.text).toBe('LOT')
    expect(f.heard).toEqual(['input that rises: LOT'])
    expect(seen, 'the page would take its own setter for its own change, and hear nothing').toEqual([])
  })

  it('stays alone when the scan left no trace in it', () => {
    const f = new FakeField()
    f.value = 'LOT'
    held(f)()
    expect(f.heard).toEqual([])
  })

  it('may be a list to choose from, which letters move', () => {
    const f = new FakeField()
    Object.assign(f, { tagName: 'SELECT', selectionStart: undefined, selectionEnd: undefined })
    f.text = 'return'
    const back = held(f)
    f.text = 'suspect'
    back()
    expect(f.heard).toEqual(['change that rises: return'])
  })

  it('may have no selection, as fields of numbers', () => {
    const f = new FakeField()
    f.selectionStart = null
    f.text = '12'
    const back = held(f)
    f.text = '120100'
    back()
    expect(f.text).toBe('12')
  })

  it('is nothing where no field has the focus', () => {
    expect(keep(null)).not.toThrow()
  })
})
