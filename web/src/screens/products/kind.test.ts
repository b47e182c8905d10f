import { describe, expect, it } from 'vitest'
import { guessed } from './kind'

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

describe('a chosen file', () => {
  it.each([
    ['ndctext.zip', 'PK\x03\x04…', { kind: 'ndc-directory' }],
    ['products.csv', 'gtin,name\n', { kind: 'table' }],
    ['products.csv', '\xef\xbb\xbfgtin;name\n', { kind: 'table' }],
    ['products.txt', 'gtin\tname\n', { kind: 'table' }],
    ['products.xlsx', 'PK\x03\x04…', { wrong: 'sheet' }],
    ['products.csv', '', { wrong: 'empty' }],
    ['invoice.pdf', '%PDF-1.7', { wrong: 'other' }],
    ['events.xml', '<?xml version="1.0"?>', { wrong: 'other' }],
  ])('%s that begins with %j is told', (name, head, want) => {
    expect(guessed(name, bytes(head))).toEqual(want)
  })
})
