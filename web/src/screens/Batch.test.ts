import { describe, expect, it } from 'vitest'
import type { Schemas } from '../api/client'
import { batchMax, type Checked, entered, voucherOf } from './Batch'

const checked = (id: number, path: string, word = 'ok') =>
  ({ id, code: `code ${id}`, answer: { path, word }, byDevice: false, times: 1, ms: 1 }) as unknown as Checked

describe('a batch', () => {
  it('has a pack once, with its newest answer and how often it was scanned', () => {
    const list = [checked(1, '/01/a'), checked(2, '/01/b'), checked(3, '/01/a', 'stop')].reduce(
      entered,
      [] as Checked[],
    )
    expect(list.map((c) => [c.answer.path, c.answer.word, c.times])).toEqual([
      ['/01/a', 'stop', 2],
      ['/01/b', 'ok', 1],
    ])
  })

  it('does not count an answer that was asked for anew after an act', () => {
    const list = [checked(1, '/01/a', 'stop'), { ...checked(2, '/01/a'), after: 'The hold is released.' }].reduce(
      entered,
      [] as Checked[],
    )
    expect(list.map((c) => [c.answer.word, c.times])).toEqual([['ok', 1]])
  })

  it('tells codes apart that name nothing', () => {
    expect([checked(1, ''), checked(2, '')].reduce(entered, [] as Checked[])).toHaveLength(2)
  })

  it('holds so many at most', () => {
    let list: Checked[] = []
    for (let i = 0; i <= batchMax; i++) list = entered(list, checked(i, `/01/${i}`))
    expect([list.length, list.at(-1)?.id]).toEqual([batchMax, 1])
  })

  it('has a second light: whether who answers for the pack may be believed', () => {
    const of = (...facts: [string, string, number, boolean?][]) =>
      voucherOf({
        facts: facts.map(([rule, word, known, stale]) => ({ rule, word, basis: { known, stale: stale ?? false } })),
      } as unknown as Schemas['Answer'])
    expect(of(['verdict/held', 'stop', 1], ['verdict/custody-proved', 'ok', 1])).toEqual({ word: 'ok', by: 'ledger' })
    expect(of(['verdict/no-maker', 'tell', 1])).toEqual({ word: 'tell', by: 'nobody' })
    expect(of(['verdict/custody-proved', 'ok', 1, true])).toEqual({ word: 'tell', by: 'nobody' })
    expect(of(['verdict/seller-not-authorised', 'stop', 3], ['verdict/x', 'ok', 2])).toEqual({
      word: 'stop',
      by: 'sellerNot',
    })
  })
})
