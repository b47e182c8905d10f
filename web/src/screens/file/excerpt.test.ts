import { expect, it } from 'vitest'
import { cut, excerptOf, excerpts, placeOf } from './excerpt'

const file = new Blob([
  Array.from({ length: 1000 }, (_, i) => `line ${i + 1}${i === 20 ? ' of the pack S7' : ''}`).join('\n'),
])

it('the lines that a finding names are shown with their numbers, and the one that it is about', async () => {
  const wanted = [{ line: 999 }, { line: 10, subject: 'S7' }, { line: 10 }, { line: 2, subject: 'nowhere' }]
  const found = await excerpts(file, wanted)
  expect(excerptOf(found, { line: 10, subject: 'S7' })).toEqual([
    { line: 10, text: 'line 10' },
    { line: 11, text: 'line 11' },
    { line: 12, text: 'line 12' },
    { line: 21, text: 'line 21 of the pack S7' },
  ])
  expect(excerptOf(found, { line: 10 })).toHaveLength(3)
  expect(excerptOf(found, { line: 999 })).toEqual([
    { line: 999, text: 'line 999' },
    { line: 1000, text: 'line 1000' },
  ])
  expect(excerptOf(found, { line: 2, subject: 'nowhere' })).toHaveLength(3)
  expect(excerptOf(found, { line: 5000 })).toEqual([])
})

it('a line of a megabyte is cut around what it is about', async () => {
  const long = `${'a'.repeat(500_000)} here ${'b'.repeat(500_000)}`
  expect(cut(long, 'here')).toMatch(/^…a{59} here b+…$/)
  const found = await excerpts(new Blob([long]), [{ line: 1, subject: 'here' }])
  expect(excerptOf(found, { line: 1, subject: 'here' })[0]?.text).toHaveLength(242)
})

it('letters of more than one byte are read whole', async () => {
  const found = await excerpts(new Blob(['é'.repeat(100_000), '\nñ']), [{ line: 2 }])
  expect(excerptOf(found, { line: 2 })).toEqual([{ line: 2, text: 'ñ' }])
})

it('what all lines are indented by is left out', async () => {
  const found = await excerpts(new Blob(['    <a>\n      <b/>\n    </a>\n']), [{ line: 1 }])
  expect(excerptOf(found, { line: 1 }).map((l) => l.text)).toEqual(['<a>', '  <b/>', '</a>'])
})

it('a value is not found in a longer one that begins or ends like it', () => {
  expect(placeOf('<epc>urn:a.1.2</epc> <epc>urn:a.1</epc>', 'urn:a.1')).toBe(26)
  expect(placeOf('LOT-7A LOT-7', 'LOT-7')).toBe(7)
  expect(placeOf('LOT-7A', 'LOT-7')).toBe(-1)
  expect(placeOf('LOT-7', undefined)).toBe(-1)
})
