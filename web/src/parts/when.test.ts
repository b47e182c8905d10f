import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { readable } from './When'

beforeAll(() => i18next.init({ lng: 'en', resources: {} }))

test('a time in a sentence of the node is written as people do', () => {
  const said = readable('It was dispensed here already, on 2026-11-23T12:29:36Z.')
  expect(said).toMatch(/^It was dispensed here already, on Nov 23, 2026, \d+:29\s[AP]M\.$/)
})

test('so is a day, in whatever zone the reader is', () => {
  expect(readable('It expired on 2025-01-31.')).toBe('It expired on Jan 31, 2025.')
})

test('numbers that look like days stay', () => {
  for (const text of ['lot A-2025-01-31', 'order 2025-01-310', 'R-2026-014', '2025-13-01'])
    expect(readable(text)).toBe(text)
})
