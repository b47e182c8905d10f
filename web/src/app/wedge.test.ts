import { describe, expect, it } from 'vitest'
import { keyGapMs, leastKeys, mostKeys, Wedge } from './wedge'

const type = (w: Wedge, text: string, gap: number, from = 1000) => {
  let at = from
  for (const key of text) {
    w.take({ key, at })
    at += gap
  }
  return at
}

describe('a scanner at the keyboard', () => {
  it('is heard when it types a code and Enter', () => {
    const w = new Wedge()
    const at = type(w, '0100369991555557\u001d21A', keyGapMs)
    expect(w.take({ key: 'Enter', at })).toEqual({ is: 'code', text: '0100369991555557\u001d21A' })
    expect(w.take({ key: 'Enter', at: at + 1 }), 'a second Enter ends nothing').toEqual({ is: 'no' })
  })

  it('may send the separator as a key of its own', () => {
    const w = new Wedge()
    for (const [i, key] of [...'01234'].entries()) w.take({ key, at: 10 * i })
    w.take({ key: ']', ctrl: true, at: 50 })
    w.take({ key: 'F8', at: 60 })
    w.take({ key: 'Shift', at: 65 })
    w.take({ key: 'x', at: 70 })
    expect(w.take({ key: 'Enter', at: 80 })).toEqual({ is: 'code', text: '01234\u001d\u001dx' })
  })

  it('is told from a person by the time between keys', () => {
    const w = new Wedge()
    const at = type(w, '0100369991555557', keyGapMs + 1)
    expect(w.take({ key: 'Enter', at })).toEqual({ is: 'no' })
  })

  it('is not a person who hits few keys at once', () => {
    const w = new Wedge()
    const at = type(w, '1'.repeat(leastKeys - 1), 1)
    expect(w.take({ key: 'Enter', at })).toEqual({ is: 'no' })
  })

  it('is not a key that is held down', () => {
    const w = new Wedge()
    for (let i = 0; i < 12; i++) w.take({ key: '0', at: 1000 + i * 30, repeat: i > 0 })
    expect(w.take({ key: 'Enter', at: 1000 + 12 * 30 })).toEqual({ is: 'no' })
  })

  it('begins with the first key after a pause, and after each code', () => {
    const w = new Wedge()
    expect(w.fresh(1000)).toBe(true)
    let at = type(w, 'LO', 200)
    expect(w.fresh(at), 'a person types on').toBe(true)
    at = type(w, '0100369991555557', 5, at)
    expect(w.fresh(at)).toBe(false)
    w.take({ key: 'Enter', at })
    expect(w.fresh(at + 1)).toBe(true)
  })

  it('sends no more than a symbol can hold', () => {
    const w = new Wedge()
    let at = type(w, '1'.repeat(mostKeys), 0)
    expect(w.take({ key: 'Enter', at })).toMatchObject({ is: 'code' })
    at = type(w, '1'.repeat(mostKeys + 1), 0, at + 1000)
    expect(w.take({ key: 'Enter', at })).toEqual({ is: 'no' })
  })
})
