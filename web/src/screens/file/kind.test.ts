import { describe, expect, it } from 'vitest'
import { wrongKind } from './kind'

describe('a file', () => {
  it.each([
    ['an archive', 'PK\x03\x04rest', 'zip'],
    ['a spreadsheet', `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`, 'office'],
    ['an archive of another kind', '7z\xbc\xaf\x27\x1c', 'archive'],
    ['a packed file', '\x1f\x8b\x08', 'gzip'],
    ['a printed page', '%PDF-1.7', 'pdf'],
    ['a picture', '\x89PNG\r\n', 'picture'],
    ['text in UTF-16', '\xff\xfe<\x00', 'wide'],
    ['a ship notice', 'ISA*00*', 'x12'],
    ['a page of signing in', '\n<!DOCTYPE html><html>', 'page'],
    ['a list of stock', 'gtin,serial', 'other'],
    ['nothing', '', 'empty'],
    ['XML', '\xef\xbb\xbf<?xml version="1.0"?>', undefined],
    ['JSON behind a line', '\n {"type": "EPCISDocument"}', undefined],
  ])('that is %s is told', async (_, text, want) => {
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0))
    expect(await wrongKind(new Blob([bytes]))).toBe(want)
  })
})
