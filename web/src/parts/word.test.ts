import { describe, expect, it } from 'vitest'
import { csvCell, csvOf, expiryOf, unitOf, wordOf } from './word'

describe('the three answers', () => {
  it.each([
    ['ok', 'ok'],
    ['stop', 'stop'],
    ['cannot tell', 'tell'],
    ['something new', 'tell'],
    ['', 'tell'],
    [undefined, 'tell'],
  ] as const)('%s is %s', (text, word) => expect(wordOf(text)).toBe(word))
})

describe('what a path names', () => {
  it('is read with escapes, and anything else names nothing', () => {
    expect(unitOf('/01/00369991555556/21/A%2FB')).toEqual({ gtin: '00369991555556', serial: 'A/B' })
    expect(unitOf('/00/003123456000004219')).toEqual({ sscc: '003123456000004219' })
    expect(unitOf('/01/1/21/50%')).toEqual({ gtin: '1', serial: '50%' })
    expect(unitOf('')).toEqual({})
  })
})

describe('expiry dates', () => {
  it('are shown as the symbol means them', () => {
    expect(expiryOf('271130', 'en')).toBe('Nov 30, 2027')
    expect(expiryOf('271100', 'en')).toBe('Nov 2027')
    expect(expiryOf('2027-11-30', 'en')).toBe('Nov 30, 2027')
    expect(expiryOf('271300', 'en'), 'no such month').toBe('271300')
    expect(expiryOf(undefined, 'en')).toBe('')
  })
})

describe('spreadsheets', () => {
  it('never run what somebody wrote', () => {
    for (const text of ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1'])
      expect(csvCell(text).replaceAll('"', ''), text).toMatch(/^'/)
    expect(csvCell(-1)).toBe('-1')
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"')
    expect(csvCell(null)).toBe('')
    expect(csvOf(['a', 'b'], [{ a: 1 }, { b: ['x'] }])).toBe('a,b\r\n1,\r\n,"[""x""]"\r\n')
  })
})
