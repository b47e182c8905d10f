import { describe, expect, it } from 'vitest'
import { best, type Judged, judge, type Read } from './seen'

const pack = { identifier: ']d2', text: '010036999155555621S7K-00A1\u001d1727113010LOT42' }
const ean = { identifier: ']E0', text: '0369991555556' }

describe('what a camera saw', () => {
  const table: [string, Read, Judged][] = [
    ['a GS1 DataMatrix', pack, { code: `]d2${pack.text}` }],
    ['a GS1-128 of a case', { identifier: ']C1', text: '00003123456000004219' }, { code: ']C100003123456000004219' }],
    [
      'a Digital Link in a QR code',
      { identifier: ']Q1', text: 'https://id.example.org/01/00369991555556/21/S7K' },
      { code: 'https://id.example.org/01/00369991555556/21/S7K' },
    ],
    ['a web address', { identifier: ']Q1', text: 'https://example.org/offer' }, { instead: 'web' }],
    ['the bar code of a product', ean, { instead: 'product', number: '0369991555556' }],
    ['a bar code of somebody else', { identifier: ']C0', text: 'PO-88213' }, { instead: 'linear' }],
    [
      'a square code without the mark of GS1, whatever it says',
      { identifier: ']d1', text: '010036999155555621S7K-00A1' },
      { instead: 'square' },
    ],
    ['a QR code of text', { identifier: ']Q1', text: 'table 4' }, { instead: 'square' }],
  ]
  it.each(table)('%s', (_, symbol, want) => expect(judge(symbol)).toEqual(want))

  it('is the pack, whatever else stands on the label', () => {
    expect(best([ean, { identifier: ']C1', text: '00003123456000004219' }, pack])).toEqual({ code: `]d2${pack.text}` })
    expect(best([ean])).toEqual({ instead: 'product', number: ean.text })
    expect(best([])).toBeUndefined()
  })
})
