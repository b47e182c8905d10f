import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import type { Area } from './area'
import { en } from './en'
import { es } from './es'
import { namesCommand } from './plain'

type Tree = { [key: string]: string | Tree }

const flat = (t: Tree, at = ''): [string, string][] =>
  Object.entries(t).flatMap(([k, v]) =>
    typeof v === 'string' ? [[at + k, v] as [string, string]] : flat(v, `${at}${k}.`),
  )
const holes = (s: string) => (s.match(/{{\w+}}/g) ?? []).sort()

await i18next.init({ resources: {} })
const areas = await Promise.all(
  Object.values(import.meta.glob<{ words: Area }>(['../screens/**/words.ts', '../parts/**/words.ts'])).map(
    async (load) => (await load()).words,
  ),
)
const all: [string, Tree, Tree][] = [
  ['every page', { ...en, rules: {}, scenarios: {} }, { ...es, rules: {}, scenarios: {} }],
  ...areas.map((a) => [a.name, a.en, a.es] as [string, Tree, Tree]),
]

describe.each(all)('languages of %s', (_, first, second) => {
  const english = flat(first)
  const spanish = new Map(flat(second))

  it('have the same sentences with the same holes', () => {
    expect([...spanish.keys()].sort()).toEqual(english.map(([k]) => k).sort())
    for (const [key, text] of english) expect(holes(spanish.get(key) ?? ''), key).toEqual(holes(text))
  })

  it('name no command: who reads a screen has buttons', () => {
    for (const [key, text] of [...english, ...spanish]) expect(namesCommand(text), key).toBe(false)
  })

  it('leave no sentence empty', () => {
    for (const [key, text] of [...english, ...spanish]) expect(text.trim(), key).not.toBe('')
  })
})

it('areas have names of their own', () => {
  const names = [...Object.keys(en), ...areas.map((a) => a.name)]
  expect(names).toEqual([...new Set(names)])
})
