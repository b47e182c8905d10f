import { describe, expect, it } from 'vitest'
import { type Authority, bySite, lightOf, momentOn, nextOf, type Site, type Standing, wholeOf } from './standing'

const answer = (word: Authority['word'], more: Partial<Authority> = {}): Authority => ({
  word,
  text: '',
  grounds: [],
  at: '',
  known_at: '',
  ...more,
})
const standing = (gln: string, word: Authority['word'], role = 'wholesaler'): Standing => ({
  partner: 1,
  gln,
  role,
  authority: answer(word),
})
const site: Site = { gln: '1', name: '', address: { country: 'US', state: 'IL' }, facility: 'L-1' }

describe('a partner’s light', () => {
  it('is OK for the node’s own word alone', () => {
    expect(['authorised', 'not-authorised', 'unknown', 'perhaps', undefined].map(lightOf)).toEqual([
      'ok',
      'stop',
      'tell',
      'tell',
      'tell',
    ])
  })

  it('takes the best role of a site', () => {
    const of = (...words: Authority['word'][]) => bySite(words.map((w) => standing('1', w)))[0]?.word
    expect(of('not-authorised', 'authorised')).toBe('ok')
    expect(of('unknown', 'not-authorised')).toBe('stop')
    expect(of('unknown')).toBe('tell')
  })

  it('is OK when every site is, and nothing where nothing was asked', () => {
    expect(wholeOf([standing('1', 'authorised'), standing('2', 'authorised')]).word).toBe('ok')
    expect(wholeOf([standing('1', 'authorised'), standing('2', 'not-authorised')])).toEqual({
      word: 'stop',
      sites: 2,
      authorised: 1,
      refused: 1,
    })
    expect(wholeOf([standing('1', 'authorised'), standing('2', 'unknown')]).word).toBe('tell')
    expect(wholeOf([]).word).toBe('tell')
  })
})

describe('what to do next', () => {
  const licence = (state?: string) => answer('unknown', { needs: [{ kind: 'licence', state }] })
  it('is the first thing that is missing', () => {
    expect(nextOf(answer('authorised'), site)).toBeUndefined()
    expect(nextOf(licence(), undefined)).toBe('site')
    expect(nextOf(licence(), { ...site, address: {} })).toBe('place')
    expect(nextOf(licence(), { ...site, facility: '' })).toBe('match')
    expect(nextOf(licence(), site)).toBe('list')
    expect(nextOf(licence('stale'), site)).toBe('newer')
    expect(nextOf(answer('not-authorised'), site)).toBe('refused')
    const ground = { kind: '', source: 'ledger', state: 'suspended', known: 1 }
    expect(nextOf(answer('not-authorised', { grounds: [ground] }), site)).toBe('shutOut')
  })
})

describe('a day at a place', () => {
  it('is that day there', () => {
    for (const zone of ['America/Chicago', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata', undefined]) {
      const at = momentOn('2026-03-05', zone)
      const there = new Intl.DateTimeFormat('en-CA', { timeZone: zone ?? 'UTC', dateStyle: 'short' })
      expect(there.format(new Date(at ?? 0)), zone).toBe('2026-03-05')
    }
  })

  it('is none where the text is none', () => {
    expect(momentOn('soon', 'UTC')).toBeUndefined()
    expect(momentOn('2026-02-99', 'UTC')).toBeUndefined()
  })
})
