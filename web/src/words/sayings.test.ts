import { readFileSync } from 'node:fs'
import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import { en } from './en'
import { es } from './es'
import { saying } from './findings/es'
import { remedies } from './findings/remedies'
import { pairs, refusal, texts, told } from './told/es'

// Written from the node's own tables; its tests keep it fresh (cmd/pedigree).
type Saying = { text?: string; mend?: string; next?: string }
const sayings = JSON.parse(readFileSync('../schema/sayings.json', 'utf8')) as Record<
  | 'verdict'
  | 'finding'
  | 'dock'
  | 'limit'
  | 'scenario'
  | 'step'
  | 'journey'
  | 'evidence'
  | 'form'
  | 'answer'
  | 'loss'
  | 'word'
  | 'kind'
  | 'refusal',
  Record<string, Saying>
>

await i18next.init({ resources: {} })
const receive = (await import('../screens/receive/words')).words
const cases = await import('../screens/cases/words')

type Rules = Record<string, Record<string, string>>
const shared = ['ask the sender for a corrected document: ', 'use the document as it is, and tell the sender: ']

// lacks lists the codes for which a part that the node says has no sentence here.
const lacks = (about: keyof typeof sayings, own: (code: string, said: Saying) => (string | undefined)[]) =>
  Object.entries(sayings[about])
    .filter(([code, said]) => own(code, said).some((text) => !text?.trim()))
    .map(([code]) => code)

describe('each text that the node says by a code has a Spanish sentence', () => {
  it('verdicts: what is so and what to do', () => {
    const rules = es.rules as Rules
    expect(lacks('verdict', (c, s) => [rules[c]?.text, s.next ? rules[c]?.next : '-'])).toEqual([])
    expect(Object.keys(rules).filter((c) => !sayings.verdict[c])).toEqual([])
  })

  it('findings in documents: what is so, how it is mended, what to do', () => {
    expect(
      lacks('finding', (c, s) => {
        const own = saying(c, s.next)
        const alone = s.next && !shared.some((begin) => s.next?.startsWith(begin))
        return [s.text ? own?.text : '-', s.mend ? own?.mend : '-', alone ? remedies[c] : own?.next]
      }),
    ).toEqual([])
    expect(Object.keys(remedies).filter((c) => !sayings.finding[c])).toEqual([])
  })

  it('what is found at the dock, in both languages', () => {
    for (const rules of [receive.en.rules, receive.es.rules] as Rules[])
      expect(lacks('dock', (c) => [rules[c]?.name, rules[c]?.text, rules[c]?.next])).toEqual([])
  })

  it('cases: scenarios, steps, limits of time and their grounds', () => {
    expect(lacks('scenario', (c) => [(es.scenarios as Record<string, string>)[c]])).toEqual([])
    expect(
      lacks('step', (c) => [(en.steps as Record<string, string>)[c], (es.steps as Record<string, string>)[c]]),
    ).toEqual([])
    const limits = cases.words.es.rules as Record<string, string>
    // A ground that is a paragraph alone reads the same in each language.
    const paragraphs = /^FD&C Act [\d(), A-Za-z]{0,80}$/
    const alone = (text = '') => paragraphs.test(text) && !/[a-z]{3}/.test(text)
    expect(lacks('limit', (c, s) => [limits[c], alone(s.next) ? '-' : cases.groundsEs[c]])).toEqual([])
  })

  it('histories, evidence, forms, answers and the words in them', () => {
    for (const about of ['journey', 'evidence', 'form', 'answer', 'word'] as const) {
      const own: Record<string, string> = texts[about]
      expect(
        lacks(about, (c) => [own[c]]),
        about,
      ).toEqual([])
      expect(
        Object.keys(own).filter((c) => !sayings[about][c]),
        about,
      ).toEqual([])
    }
    for (const home of [en.home, es.home])
      expect(lacks('kind', (c) => [(home.kinds as Record<string, string>)[c]])).toEqual([])
  })

  it('holds no place for a value that the node does not give', () => {
    // An item stands before what was found of it; a rule stands for what the node says of it in English.
    const given = (text = '') => new Set([...[...text.matchAll(/{(\w+)}/g)].map((m) => m[1]), 'item', 'rule'])
    for (const about of ['journey', 'evidence', 'form', 'answer'] as const)
      for (const [code, text] of Object.entries(texts[about]))
        for (const [, name] of text.matchAll(/{{(\w+)}}/g))
          expect(given(sayings[about][code]?.text).has(name ?? ''), `${code}: ${name}`).toBe(true)
  })

  it('refusals and what a conversion loses: what is so, what to do', () => {
    expect(lacks('refusal', (c) => [refusal(c)?.text, refusal(c)?.next])).toEqual([])
    expect(Object.keys(pairs.refusal).filter((c) => !sayings.refusal[c])).toEqual([])
    expect(lacks('loss', (c) => [...(pairs.loss[c] ?? [undefined])])).toEqual([])
    expect(Object.keys(pairs.loss).filter((c) => !sayings.loss[c])).toEqual([])
  })
})

describe('a text with its values', () => {
  const rule = (name: string) => `<${name}>`
  it('has them in their places, and words of closed lists in Spanish', () => {
    const released = { code: 'step/released', values: { marks: 'held, suspect', reason: 'held {{marks}}' } }
    expect(told(released, rule)).toBe('Levantada la marca de retenido, sospechoso: held {{marks}}')
    const seen = {
      code: 'seen/scan',
      values: { item: '/01/1', verdict: 'STOP', rule: 'verdict/held', text: 'It is held.' },
    }
    expect(told(seen, rule)).toBe('/01/1 se escaneó: ALTO. <verdict/held>')
    const found = { code: 'found/label-right', values: { item: '/01/1', more: '2', document: '7' } }
    expect(told(found, rule)).toBe('/01/1 y otros 2: la etiqueta dice lo mismo que el documento 7')
  })
  it('is nothing where the code is new, or a person wrote it', () => {
    expect(told({ code: 'step/new' }, rule)).toBeUndefined()
    expect(told(undefined, rule)).toBeUndefined()
  })
})
