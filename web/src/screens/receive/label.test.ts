import { describe, expect, it } from 'vitest'
import { isLabelOf } from './label'

describe('the label of a thing', () => {
  const pallet = '/00/003999910000000015'
  const box = '/01/10399991123452/21/50'
  it.each([
    ['an SSCC as its symbol says it', '00003999910000000015', pallet, true],
    ['an SSCC as it is typed', '003999910000000015', pallet, true],
    ['an SSCC in brackets', '(00)003999910000000015', pallet, true],
    ['another SSCC', '003999910000000022', pallet, false],
    ['a path', pallet, pallet, true],
    ['a case', '01103999911234522150', box, true],
    ['a case with a lot after it', '01103999911234522150\u001d10LOT-7A', box, true],
    ['a case whose number only begins so', '011039999112345221501', box, false],
    ['nothing', '', pallet, false],
  ])('%s', (_, text, path, want) => {
    expect(isLabelOf(text, path)).toBe(want)
  })
})
