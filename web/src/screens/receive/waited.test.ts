import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import { saying } from '../../words/findings/es'
import { waited } from './waited'

await i18next.init({ lng: 'en', resources: { en: { translation: {} } } })
const { sayingOf } = await import('./Matter')

describe('how long something waits', () => {
  const since = '2026-11-23T08:00:00Z'
  const after = (minutes: number) => waited(since, Date.parse(since) + minutes * 60_000)
  it.each([
    ['less than an hour', 59, { minutes: 59 }],
    ['an hour', 60, { hours: 1, minutes: 0 }],
    ['less than two days', 48 * 60 - 1, { hours: 47, minutes: 59 }],
    ['two days', 48 * 60, { days: 2 }],
    ['a clock that is behind', -5, { minutes: 0 }],
  ])('%s', (_, minutes, want) => {
    expect(after(minutes)).toEqual(want)
  })
})

const none = () => undefined

describe('what a rule of the dock says', () => {
  it('has the node’s own values in English', () => {
    expect(sayingOf('en', none, 'dock/lot', 'The code says lot A; the data says B.', 'put it apart')).toEqual({
      name: 'Another lot',
      text: 'The code says lot A; the data says B.',
      next: 'Put it into the hold area; it is not received.',
    })
  })
  it('stands in Spanish', () => {
    expect(sayingOf('es', none, 'dock/lot', 'The code says lot A.', 'put it apart').name).toBe('Otro lote')
  })
  it('is the node’s where it is no rule of the dock', () => {
    expect(sayingOf('en', none, 'verdict/held', 'It is held.', 'wait')).toEqual({
      name: '',
      text: 'It is held.',
      next: 'wait',
    })
  })
  it('of documents is told in Spanish, above the node’s own words', () => {
    expect(sayingOf('es', saying, 'gs1/lot', 'The lot has 21 characters.', 'hold it')).toMatchObject({
      text: 'Un lote es demasiado largo, o tiene caracteres fuera del juego 82 de GS1.',
      own: 'The lot has 21 characters.',
    })
  })
})
