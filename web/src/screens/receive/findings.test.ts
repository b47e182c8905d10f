import { expect, it } from 'vitest'
import { sorted } from './findings'

it('what is found of the goods stands apart from what is found of their data, surprises before what is missing', () => {
  const of = (rule: string) => ({ rule, category: 'data-issue', scenario: '', text: '', items: [], count: 1 })
  const { goods, data } = sorted(['dock/missing', 'dscsa/master-data', 'dock/overage', 'verdict/held'].map(of))
  expect(goods.map((f) => f.rule)).toEqual(['dock/overage', 'verdict/held', 'dock/missing'])
  expect(data.map((f) => f.rule)).toEqual(['dscsa/master-data'])
})
