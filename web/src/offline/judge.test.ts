import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import type { Act } from './acts'
import { List, type Page } from './list'

await i18next.init({ lng: 'en', resources: {} }) // before sentences are added to it
const { judge } = await import('./judge')

const gtin = '00369991555556'
const path = (serial: string) => `/01/${gtin}/21/${serial}`
const at = Date.parse('2026-11-23T08:00:00Z')
const hour = 3_600_000
const me = { org: 'pharmacy', id: 'p1', name: 'P', kind: 'person', roles: [], permissions: [], drill: false } as const

type Row = { lot?: string; expiry?: string; answer?: number; until?: string }

function listOf(rows: Record<string, Row>, notices: object[] = [], whole = true): List {
  const answers = [
    { word: 'ok', rule: 'verdict/custody-proved', text: 'It is yours.', next: 'go on', known: 1 },
    { word: 'stop', rule: 'verdict/held', text: 'It is on hold.', next: 'keep it apart', known: 1 },
    {
      word: 'cannot tell',
      rule: 'verdict/no-maker',
      text: 'Nobody is proved to have made it.',
      next: 'hold it',
      known: 1,
    },
  ]
  const body = {
    answers,
    rows: Object.entries(rows).map(([serial, r]) => ({ answer: 0, ...r, path: path(serial) })),
    products: [{ gtin, name: 'Sample tablets' }],
    next: '',
  }
  const page = { cursor: '', tag: '', at, until: at + 12 * hour, height: 42, body } as unknown as Page
  const about = {
    owner: 'pharmacy/p1',
    me: { ...me, roles: [], permissions: [] },
    skew: 0,
    whole,
    notices: notices.length,
  }
  return new List(about, [page], notices as never)
}

const done = (serial: string, kind: Act['kind'], state: Act['state'] = 'waiting'): Act => ({
  ...{ id: 'a', owner: 'pharmacy/p1', kind, path: path(serial), code: '', at: new Date(at).toISOString(), state },
})

const all = listOf({
  GOOD: { lot: 'LOT42', expiry: '271130' },
  HELD: { answer: 1 },
  MAKER: { answer: 2 },
  ENDS: { until: new Date(at + hour).toISOString() },
  OLD: { expiry: '261122' },
  TODAY: { expiry: '261123' },
})

describe('an answer by this device alone', () => {
  const notice = (n: object) => [{ gtin, reference: 'R-1', source: 'list', as_of: '2026-11-20T00:00:00Z', ...n }]
  const table: [string, string, { list?: List; acts?: Act[]; after?: number }, string, string][] = [
    ['a pack in hand', '(21)GOOD', {}, 'ok', 'verdict/custody-proved'],
    ['one with lot and expiry as they are known', '(21)GOOD(17)271130(10)LOT42', {}, 'ok', 'verdict/custody-proved'],
    ['one on hold', '(21)HELD', {}, 'stop', 'verdict/held'],
    ['one on hold by a list that is too old', '(21)HELD', { after: 99 * hour }, 'stop', 'verdict/held'],
    ['one of which the node couldn’t tell', '(21)MAKER', {}, 'cannot tell', 'verdict/no-maker'],
    ['one that isn’t in the list', '(21)ELSE', {}, 'cannot tell', 'verdict/unknown'],
    ['at the last moment at which the list holds', '(21)GOOD', { after: 12 * hour }, 'ok', 'verdict/custody-proved'],
    ['after it', '(21)GOOD', { after: 12 * hour + 1 }, 'cannot tell', 'verdict/recall-list-old'],
    ['one whose OK ends before', '(21)ENDS', { after: hour + 1 }, 'cannot tell', 'verdict/recall-list-old'],
    ['on the last day of its expiry date', '(21)TODAY', {}, 'ok', 'verdict/custody-proved'],
    ['on the next', '(21)OLD', {}, 'stop', 'verdict/expired'],
    ['an unknown one whose code says that it expired', '(21)ELSE(17)200101', {}, 'stop', 'verdict/expired'],
    ['another lot on the pack', '(21)GOOD(10)LOT43', {}, 'stop', 'verdict/contradiction'],
    ['another expiry date on the pack', '(21)GOOD(17)281130', {}, 'stop', 'verdict/contradiction'],
    [
      'a recall of its lot',
      '(21)GOOD',
      { list: listOf({ GOOD: { lot: 'L' } }, notice({ lot: 'L' })) },
      'stop',
      'verdict/recalled',
    ],
    [
      'a recall of the lot on an unknown pack',
      '(21)ELSE(10)L',
      { list: listOf({ GOOD: {} }, notice({ lot: 'L' })) },
      'stop',
      'verdict/recalled',
    ],
    ['a recall of each lot', '(21)ELSE', { list: listOf({ GOOD: {} }, notice({})) }, 'stop', 'verdict/recalled'],
    [
      'a recall of another lot',
      '(21)GOOD',
      { list: listOf({ GOOD: { lot: 'L' } }, notice({ lot: 'M' })) },
      'ok',
      'verdict/custody-proved',
    ],
    [
      'a recall that is over',
      '(21)GOOD',
      { list: listOf({ GOOD: {} }, notice({ to: '2026-11-22T00:00:00Z' })) },
      'ok',
      'verdict/custody-proved',
    ],
    [
      'a recall that begins tomorrow',
      '(21)GOOD',
      { list: listOf({ GOOD: {} }, notice({ from: '2026-11-24T00:00:00Z' })) },
      'ok',
      'verdict/custody-proved',
    ],
    ['one dispensed on this device', '(21)GOOD', { acts: [done('GOOD', 'dispense')] }, 'stop', 'verdict/dispensed'],
    ['one put on hold on this device', '(21)GOOD', { acts: [done('GOOD', 'hold', 'done')] }, 'stop', 'verdict/held'],
    [
      'one whose dispensing the node refused',
      '(21)GOOD',
      { acts: [done('GOOD', 'dispense', 'refused')] },
      'ok',
      'verdict/custody-proved',
    ],
    ['one that waits to be checked', '(21)GOOD', { acts: [done('GOOD', 'check')] }, 'ok', 'verdict/custody-proved'],
  ]
  it.each(table)('%s', (_, elements, { list = all, acts = [], after = 0 }, word, rule) => {
    const a = judge(`(01)${gtin}${elements}`, list, acts, at + after)
    expect([a.word, a.rule]).toEqual([word, rule])
    expect(a.text).not.toMatch(/shift\.say|{{/)
    expect(a.facts?.[0]?.basis.stale ?? false).toBe(rule === 'verdict/recall-list-old')
  })

  it('is never OK without a list, or for what it can’t read', () => {
    expect(judge(`(01)${gtin}(21)GOOD`, undefined, [], at).word).toBe('cannot tell')
    expect(judge('LOT42', all, [], at)).toMatchObject({ word: 'cannot tell', rule: 'verdict/unreadable', path: '' })
  })

  it('says that a part of the list is a part', () => {
    const part = listOf({ GOOD: {} }, [], false)
    expect(judge(`(01)${gtin}(21)ELSE`, part, [], at).text).toContain('part of the list')
  })

  it('gets no younger when the clock is set back', () => {
    const list = listOf({ GOOD: {} })
    list.about.skew = -999 * 24 * hour
    expect(list.now()).toBe(at)
  })
})
