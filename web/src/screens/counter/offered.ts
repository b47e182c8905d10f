// What is offered with an answer at the counter: three things at most (screens have no room
// for more beside a patient who waits), the likeliest first.
import { type Word, wordOf } from '../../parts/word'
import { asksSeller } from '../AskSeller'

export type Reason = 'dispense' | 'return' | 'suspect' | 'exception' | 'status'
export type Offer =
  | 'dispense'
  | 'hold'
  | 'release'
  | 'unsuspect'
  | 'seller'
  | 'report'
  | 'ask'
  | 'later'
  | 'back'
  | 'label'
  | 'journey'

const most = 3
const apart: Offer[] = ['release', 'unsuspect', 'hold', 'seller'] // the pack first, then whom to ask
const orders: Record<Word, Record<Reason, Offer[]>> = {
  ok: {
    dispense: ['dispense', 'journey'],
    return: ['back', 'ask', 'journey'],
    suspect: ['hold', 'report', 'ask', 'journey'],
    exception: ['hold', 'report', 'journey'],
    status: ['journey'],
  },
  stop: {
    dispense: [...apart, 'label', 'journey'],
    return: [...apart, 'back', 'label'],
    suspect: [...apart, 'report', 'label'],
    exception: [...apart, 'report', 'label'],
    status: [...apart, 'label', 'journey'],
  },
  tell: {
    dispense: [...apart, 'later', 'ask', 'journey'],
    return: [...apart, 'later', 'ask', 'journey'],
    suspect: [...apart, 'later', 'report', 'ask'],
    exception: [...apart, 'later', 'report', 'ask'],
    status: [...apart, 'later', 'ask', 'journey'],
  },
}
/** Of what was bought outside the network the ledger knows nothing, so nothing of it is marked there. */
const outside = [
  'verdict/seller-reported',
  'verdict/seller-not-authorised',
  'verdict/seller-unknown',
  'verdict/own-word',
]
/** What is marked so already needs no second mark. */
const marked = ['verdict/suspect', 'verdict/illegitimate', 'verdict/stolen']

type Of = { answer: { word: string; rule: string; path: string; facts?: { rule: string }[] | null }; byDevice: boolean }

/** sellerFor is the rule for which the seller is asked; what leads there stays in sight when the pack is on hold for it. */
export function sellerFor({ answer, byDevice }: Of): string | undefined {
  if (answer.path === '' || byDevice) return undefined
  return [answer.rule, ...(answer.facts ?? []).map((f) => f.rule)].find(asksSeller)
}

/** isStrange tells that the ledger can mark nothing of it, for it doesn't know it; a case keeps it apart. */
export const isStrange = ({ answer, byDevice }: Of) =>
  !byDevice && (answer.rule === 'verdict/unknown' || (answer.facts ?? []).some((f) => outside.includes(f.rule)))

/** offered are the acts for what was checked, by what for, and by what the person may do. */
export function offered(of: Of, reason: Reason, may: (permission: string) => boolean): Offer[] {
  const { answer, byDevice } = of
  const { rule, path } = answer
  const pack = path.startsWith('/01/')
  const holds = path !== '' && may('hold')
  const known = path !== '' && !isStrange(of)
  const mark = !byDevice && ['verdict/held', 'verdict/suspect'].includes(rule)
  const can: Record<Offer, boolean> = {
    dispense: pack && may('dispense'),
    hold: holds && known && !mark,
    release: holds && mark && rule === 'verdict/held',
    unsuspect: holds && mark && rule === 'verdict/suspect',
    seller: sellerFor(of) !== undefined && may('settle-exceptions'),
    report: holds && known && !byDevice && !marked.includes(rule),
    ask: pack && !byDevice && may('hold'),
    later: byDevice,
    back: path !== '' && !byDevice && may('return'),
    label: path !== '',
    journey: path !== '' && !byDevice,
  }
  return orders[wordOf(answer.word)][reason].filter((offer) => can[offer]).slice(0, most)
}
