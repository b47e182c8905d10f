import type { Schemas } from '../../api/client'

type Finding = Schemas['DockFinding']
// What is merely not there comes after what is there and shouldn't be: at the beginning nearly all is missing.
const later = ['dock/missing', 'dock/not-arrived']

/** sorted parts what is found of the goods from what is found of their data alone, for which no goods wait. */
export function sorted(findings: Finding[]): { goods: Finding[]; data: Finding[] } {
  const ofGoods = (f: Finding) => /^(dock|verdict|receive)\//.test(f.rule)
  const goods = findings.filter(ofGoods)
  return {
    goods: [...goods.filter((f) => !later.includes(f.rule)), ...goods.filter((f) => later.includes(f.rule))],
    data: findings.filter((f) => !ofGoods(f)),
  }
}
