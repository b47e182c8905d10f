import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { crowded, placeOf } from './place'

const t = ((key: string, o?: Record<string, unknown>) => [key, ...Object.values(o ?? {})].join(' ')) as TFunction

it('names line and event of a document with breaks', () => {
  const list = [
    { line: 4 },
    { line: 9, event: 1 },
    { line: 20, event: 2, path: '/epcisBody/eventList/1' },
    { line: 9, event: 1 },
  ]
  const lines = crowded(list)
  expect(list.map((w) => placeOf(t, w, lines))).toEqual([
    'place.line 4',
    'place.line 9 · place.event 1',
    'place.line 20 · place.event 2',
    'place.line 9 · place.event 1',
  ])
  expect(placeOf(t, {}, lines)).toBe('place.whole')
})

it('names event and path where many events stand on one line', () => {
  const list = [{ line: 2 }, { line: 2, event: 3, path: '/epcisBody/eventList/2' }, { line: 2, event: 7 }]
  const lines = crowded(list)
  expect(list.map((w) => placeOf(t, w, lines))).toEqual([
    'place.outside',
    'place.event 3 · /epcisBody/eventList/2',
    'place.event 7',
  ])
})

it('an event on the first line tells of a document without breaks', () => {
  expect([...crowded([{ line: 1, event: 5 }])]).toEqual([1])
  expect([...crowded([{ line: 1 }])]).toEqual([])
})
