import { expect, test } from 'vitest'
import { offered, type Reason } from './offered'

const all = () => true
const pack = '/01/00399991123455/21/1'
const of = (word: string, rule: string, byDevice = false) => ({ answer: { word, rule, path: pack }, byDevice })
const reasons: Reason[] = ['dispense', 'return', 'suspect', 'exception', 'status']

test('never more than three things are offered, and something always is', () => {
  for (const word of ['ok', 'stop', 'tell'])
    for (const rule of ['verdict/custody-proved', 'verdict/held', 'verdict/recalled', 'verdict/unknown'])
      for (const byDevice of [false, true])
        for (const reason of reasons) {
          const got = offered(of(word, rule, byDevice), reason, all)
          expect(got.length, `${word} ${rule} ${reason}`).toBeLessThanOrEqual(3)
          if (!byDevice) expect(got.length, `${word} ${rule} ${reason}`).toBeGreaterThan(0)
        }
})

test('what can’t be handed out is put apart, its seller asked, and labelled', () => {
  expect(offered(of('stop', 'verdict/recalled'), 'dispense', all)).toEqual(['hold', 'seller', 'label'])
  expect(offered(of('stop', 'verdict/held'), 'dispense', all)).toEqual(['release', 'label', 'journey'])
  expect(offered(of('stop', 'verdict/suspect'), 'dispense', all)).toEqual(['unsuspect', 'label', 'journey'])
  expect(offered(of('tell', 'verdict/unknown'), 'dispense', all)).toEqual(['seller', 'ask', 'journey'])
  expect(offered(of('tell', 'verdict/no-maker', true), 'dispense', all)).toEqual(['hold', 'later'])
})

test('what was bought outside the network is not marked on the ledger', () => {
  const outside = { ...of('stop', 'verdict/recalled') }
  const answer = { ...outside.answer, facts: [{ rule: 'verdict/seller-reported' }] }
  expect(offered({ ...outside, answer }, 'suspect', all)).toEqual(['seller', 'label'])
})

test('a pack that is OK and looks wrong can be held and reported, and one that comes back sent back', () => {
  expect(offered(of('ok', 'verdict/custody-proved'), 'suspect', all)).toEqual(['hold', 'report', 'ask'])
  expect(offered(of('ok', 'verdict/custody-proved'), 'return', all)).toEqual(['back', 'ask', 'journey'])
  expect(offered(of('stop', 'verdict/recalled'), 'return', all)).toEqual(['hold', 'seller', 'back'])
})

test('only what a person may do is offered', () => {
  expect(offered(of('stop', 'verdict/recalled'), 'dispense', () => false)).toEqual(['label', 'journey'])
  expect(offered(of('ok', 'verdict/custody-proved'), 'return', (p) => p !== 'return')).toEqual(['ask', 'journey'])
})
