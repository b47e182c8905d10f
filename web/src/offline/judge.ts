// Answers about a pack by what this device has alone. They follow docs/reference/verdicts.md: nothing is OK here
// that the node would not call OK by the same knowledge, and what isn't known or is too old is CAN'T TELL.
import i18next from 'i18next'
import type { Schemas } from '../api/client'
import { when } from '../parts/When'
import { expiryOf } from '../parts/word'
import '../screens/shift/words'
import type { Act } from './acts'
import { type Code, readCode } from './code'
import type { Found, List } from './list'

type Answer = Schemas['Answer']
type Basis = Schemas['Basis']
type Said = { word: string; rule: string; text: string; next: string; basis?: Partial<Basis> }

const day6 = (text: string | undefined) => expiryOf(text, i18next.language)

const t = (key: string, values: Record<string, unknown> = {}) => i18next.t(`shift.say.${key}`, values)

/** judge answers about a scanned or typed text. now is the node's time, in milliseconds. */
export function judge(text: string, list: List | undefined, acts: Act[], now: number): Answer {
  const code = readCode(text)
  if (!code)
    return sum(
      '',
      { word: 'cannot tell', rule: 'verdict/unreadable', text: t('unreadable'), next: t('unreadableNext') },
      now,
    )
  const found = list?.find(code.path)
  const said = here(code, acts) ?? stopped(code, found, list, now) ?? known(found, list, now)
  return sum(code.path, said, now, found)
}

/** here is what was done on this device. */
function here(code: Code, acts: Act[]): Said | undefined {
  const act = acts.findLast((a) => a.path === code.path && a.kind !== 'check' && a.state !== 'refused')
  if (!act) return undefined
  const rule = act.kind === 'dispense' ? 'verdict/dispensed' : 'verdict/held'
  const sent = act.state === 'done' ? `${act.kind}Sent` : act.kind
  return {
    word: 'stop',
    rule,
    text: t(sent, { when: when(act.at) }),
    next: t(`${act.kind}Next`),
    basis: { known: 4, as_of: act.at, source: 'here' },
  }
}

/** stopped is what speaks against the pack, however old it is. */
function stopped(code: Code, found: Found | undefined, list: List | undefined, now: number): Said | undefined {
  const stop = (rule: string, key: string, values: Record<string, unknown>, basis: Partial<Basis>): Said => ({
    word: 'stop',
    rule: `verdict/${rule}`,
    text: t(key, values),
    next: t(`${key}Next`),
    basis,
  })
  const lots = [code.lot, found?.row.lot]
  const today = new Date(now).toISOString().slice(0, 10)
  const day = (text: string | undefined) => (text && !text.startsWith('0001') ? text.slice(0, 10) : '')
  const notice = list
    ?.noticesOf(code.gtin)
    .find((n) => (!n.lot || lots.includes(n.lot)) && day(n.from) <= today && (!day(n.to) || day(n.to) >= today))
  if (notice)
    return stop(
      'recalled',
      'recalled',
      { notice: notice.reference },
      { known: 3, as_of: notice.as_of, source: 'list', evidence: notice.source },
    )
  if (found?.answer.word === 'stop') return { ...found.answer, basis: basisOf(found) }
  if (found && differs(code.lot, found.row.lot))
    return stop('contradiction', 'lot', { scanned: code.lot, known: found.row.lot }, basisOf(found))
  if (found && differs(code.expiry, found.row.expiry))
    return stop(
      'contradiction',
      'expiry',
      { scanned: day6(code.expiry), known: day6(found.row.expiry) },
      basisOf(found),
    )
  const expiry = found?.row.expiry || code.expiry
  if (over(expiry, now))
    return stop('expired', 'expired', {}, { known: found ? 3 : 4, source: found ? 'file' : 'here' })
  return undefined
}

const differs = (scanned: string, known: string | undefined) => Boolean(scanned && known && scanned !== known)

/** over tells whether the last day of an expiry date (YYMMDD) is over, in UTC; years are read as GS1 says (section 7.12). */
function over(expiry: string, now: number): boolean {
  if (!/^\d{6}$/.test(expiry)) return false
  const at = new Date(now)
  const far = Number(expiry.slice(0, 2)) - (at.getUTCFullYear() % 100)
  const century = Math.floor(at.getUTCFullYear() / 100) + (far >= 51 ? -1 : far <= -50 ? 1 : 0)
  return `${century}${expiry}` < at.toISOString().slice(0, 10).replaceAll('-', '')
}

/** known is what the list says, as long as it may be believed. */
function known(found: Found | undefined, list: List | undefined, now: number): Said {
  if (!list) return { word: 'cannot tell', rule: 'verdict/unknown', text: t('noList'), next: t('noListNext') }
  if (!found)
    return {
      word: 'cannot tell',
      rule: 'verdict/unknown',
      text: t(list.about.whole ? 'unknown' : 'unknownPart', { when: when(new Date(list.at).toISOString()) }),
      next: t('unknownNext'),
    }
  const until = Math.min(found.page.until, found.row.until ? Date.parse(found.row.until) : Number.POSITIVE_INFINITY)
  if (found.answer.word === 'ok' && !(now <= until))
    return {
      word: 'cannot tell',
      rule: 'verdict/recall-list-old',
      text: t('old', { at: when(new Date(found.page.at).toISOString()), until: when(new Date(until).toISOString()) }),
      next: t('oldNext'),
      basis: { ...basisOf(found), stale: true },
    }
  return { ...found.answer, basis: basisOf(found) }
}

const basisOf = (f: Found): Partial<Basis> => ({
  known: f.answer.known,
  as_of: new Date(f.page.at).toISOString(),
  height: f.answer.known === 1 ? f.page.height : undefined,
  source: f.answer.known === 1 ? 'ledger' : 'here',
})

function sum(path: string, said: Said, now: number, found?: Found): Answer {
  const at = new Date(now).toISOString()
  const basis: Basis = { known: 4, as_of: at, source: 'here', ...said.basis }
  const { word, rule, text, next } = said
  const fact = { word, rule, text, next, path, basis } as Schemas['Fact']
  return {
    path,
    product: found?.product,
    lot: found?.row.lot,
    expiry: found?.row.expiry,
    word,
    rule,
    text,
    next,
    facts: [fact],
    height: basis.height ?? 0,
    at,
  } as Answer
}
