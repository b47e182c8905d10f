import { expect, test } from 'vitest'
import { isolated } from './bidi'

test('a name turns nothing that stands after it', () => {
  expect(isolated('Pharmacy')).toBe('Pharmacy')
  expect(isolated('\u202egnihton\u2069')).toBe('gnihton')
  expect(isolated('صيدلية 7')).toBe('\u2068صيدلية 7\u2069')
})
