import { describe, expect, it } from 'vitest'
import { locate, stopsOf, viewOf } from './places'

describe('where a place lies', () => {
  it.each([
    ['by its degrees', { lat: 1, lon: 2, country: 'US' }, 'exact', [2, 1]],
    ['by its state', { state: 'ca', country: 'us' }, 'state', [-119.6, 37.3]],
    ['by its state alone', { state: 'TX' }, 'state', undefined],
    ['by its country', { country: 'DE', state: 'BY' }, 'country', [10.3, 51.1]],
    ['by its country, of a state that is none', { country: 'US', state: 'Nowhere' }, 'country', [-98.6, 39.8]],
    ['nowhere', { country: 'ZZ' }, 'none', undefined],
    ['nowhere, of which nothing is known', undefined, 'none', undefined],
  ] as const)('%s', (_, place, how, at) => {
    const got = locate(place as never)
    expect(got.how).toBe(how)
    if (at) expect(got.at).toEqual(at)
  })
})

const step = (where: string, time: string) => ({ where, time, place: '' })
const places = [
  { where: 'a', state: 'CA', country: 'US' },
  { where: 'b', state: 'TX', country: 'US' },
]

describe('stops and legs', () => {
  it('are in the order of the way, each place once', () => {
    const { stops, legs } = stopsOf([step('a', '1'), step('a', '2'), step('b', '3'), step('a', '4')], places)
    expect(stops.map((s) => [s.where, s.steps, s.first, s.last])).toEqual([
      ['a', 3, '1', '4'],
      ['b', 1, '3', '3'],
    ])
    expect(legs).toEqual([
      { from: 0, to: 1, broken: false },
      { from: 1, to: 0, broken: false },
    ])
  })
  it('are broken where a step has no place, or one that is not on the map', () => {
    const { legs } = stopsOf([step('a', '1'), step('', '2'), step('b', '3')], places)
    expect(legs).toEqual([{ from: 0, to: 1, broken: true }])
    const { stops, legs: more } = stopsOf([step('a', '1'), step('c', '2'), step('b', '3')], places)
    expect(more).toEqual([{ from: 0, to: 2, broken: true }])
    expect(stops[1]?.how).toBe('none')
  })
})

it('the view holds every stop', () => {
  const v = viewOf([
    [-119, 37],
    [10, 51],
  ])
  expect(v.x).toBeLessThan(-1190)
  expect(v.x + v.width).toBeGreaterThan(100)
  expect(v.y).toBeLessThan(-510 * v.stretch)
  expect(v.y + v.height).toBeGreaterThan(-370 * v.stretch)
})
