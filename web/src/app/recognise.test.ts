import { describe, expect, it } from 'vitest'
import { checkDigit, type Kind, plain, recognise } from './recognise'

describe('recognise', () => {
  const table: [string, string, Kind][] = [
    [
      'a symbol as a scanner with a symbology identifier sends it',
      ']d2010036999155555621S7K-00A1\u001d1727113010LOT42',
      'pack',
    ],
    ['a symbol with a separator in front', '\u001d010036999155555621S7K-00A1', 'pack'],
    ['a bracketed element string', '(01)00369991555556(21)S7K-00A1(17)271130(10)LOT42', 'pack'],
    ['a Digital Link', 'https://id.example.org/01/00369991555556/21/S7K-00A1?17=271130', 'pack'],
    ['a Digital Link with a lot between', 'https://id.example.org/01/00369991555556/10/LOT42/21/S7K', 'pack'],
    ['a path of this console', '/01/00369991555556/21/S7K-00A1', 'pack'],
    ['an EPC of a pack', 'urn:epc:id:sgtin:0369991.055555.S7K', 'pack'],
    ['an SSCC with its identifier', '(00)003123456000004219', 'container'],
    ['an SSCC alone', '003123456000004219', 'container'],
    ['an SSCC with a wrong check digit', '003123456000004218', 'text'],
    ['a place', '(414)0399991000015', 'place'],
    ['a product without a serial', '00369991555556', 'product'],
    ['a product with a wrong check digit', '00369991555550', 'text'],
    ['a web address that is none of GS1', 'https://example.org/offer?id=1', 'web'],
    ['an entry', 'ab'.repeat(32), 'hash'],
    ['a height', '184220', 'height'],
    ['a lot', 'LOT42', 'text'],
    ['only spaces', '  \r\n', 'nothing'],
  ]
  it.each(table)('%s', (_, text, kind) => {
    expect(recognise(text).kind).toBe(kind)
  })

  it('computes check digits as GS1 does', () => {
    expect(checkDigit('629104150021')).toBe(3) // the example of GS1 General Specifications 7.9
    expect(checkDigit('0036999155555')).toBe(6)
    expect(checkDigit('00312345600000421')).toBe(9)
  })

  it('takes away what scanners add and nothing else', () => {
    expect(plain(']d2\u001d0100\r\n')).toBe('0100')
    expect(plain(' LOT]d2 ')).toBe('LOT]d2')
  })
})
