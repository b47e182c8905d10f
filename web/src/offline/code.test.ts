import { describe, expect, it } from 'vitest'
import { readCode } from './code'

const GS = '\u001d'
const gtin = '00369991555556'

describe('a code without a node', () => {
  const table: [string, string, string][] = [
    ['a symbol', `]d201${gtin}21S7K-00A1${GS}1727113010LOT42`, `S7K-00A1 LOT42 271130`],
    ['the serial last', `01${gtin}1727113010LOT42${GS}21S7K`, 'S7K LOT42 271130'],
    ['a separator after each', `01${gtin}${GS}17271130${GS}21S7K${GS}`, 'S7K  271130'],
    ['no day of expiry', `01${gtin}17280200${GS}21S7K`, 'S7K  280229'],
    ['elements of other kinds between', `01${gtin}30005${GS}41403999910000153922840012${GS}21S7K`, 'S7K  '],
    ['brackets', `(01)${gtin}(21)S7K(17)271130(10)L(2)T`, 'S7K L(2)T 271130'],
    ['a Digital Link', `https://id.example.org/x/01/${gtin}/10/LOT42/21/S7K?17=271130`, 'S7K LOT42 271130'],
    ['a path', `/01/${gtin}/21/S%2F7%28K%29`, 'S/7(K)  '],
    ['an EPC', 'urn:epc:id:sgtin:0369991.055555.S7K', 'S7K  '],
    ['a wrong check digit', '010036999155555121S7K', 'none'],
    ['no serial', `01${gtin}17271130`, 'none'],
    ['a separator that is missing', `01${gtin}21S7K-00A1172711${'3'.repeat(20)}`, 'none'],
    ['two serials', `01${gtin}21A${GS}21B`, 'none'],
    ['a character that no serial has', `01${gtin}21Añ`, 'none'],
    ['an identifier that is none', `01${gtin}5012${GS}21A`, 'none'],
    ['an SSCC', '(00)003123456000004219', 'none'],
    ['a bad escape', `/01/${gtin}/21/%E0%A4%A`, 'none'],
    ['nothing', '', 'none'],
  ]
  it.each(table)('%s', (_, text, want) => {
    const c = readCode(text)
    expect(c ? `${c.serial} ${c.lot} ${c.expiry}` : 'none').toBe(want)
    if (c) expect(c.gtin).toBe(gtin)
  })

  it('gives the path by which the node knows the pack', () => {
    expect(readCode(`(01)${gtin}(21)A/b-1(c)*!'_`)?.path).toBe(`/01/${gtin}/21/A%2Fb-1%28c%29%2A%21%27_`)
  })
})
