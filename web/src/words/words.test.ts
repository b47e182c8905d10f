import { describe, expect, it } from 'vitest'
import { en } from './en'
import { es } from './es'

type Tree = { [key: string]: string | Tree }

const flat = (t: Tree, at = ''): [string, string][] =>
  Object.entries(t).flatMap(([k, v]) =>
    typeof v === 'string' ? [[at + k, v] as [string, string]] : flat(v, `${at}${k}.`),
  )
const holes = (s: string) => (s.match(/{{\w+}}/g) ?? []).sort()

describe('languages', () => {
  const english = flat({ ...en, rules: {} })
  const spanish = new Map(flat({ ...es, rules: {} } as unknown as Tree))

  it('have the same sentences with the same holes', () => {
    expect([...spanish.keys()].sort()).toEqual(english.map(([k]) => k).sort())
    for (const [key, text] of english) expect(holes(spanish.get(key) ?? ''), key).toEqual(holes(text))
  })

  it('leave no sentence empty', () => {
    for (const [key, text] of [...english, ...spanish]) expect(text.trim(), key).not.toBe('')
  })
})
