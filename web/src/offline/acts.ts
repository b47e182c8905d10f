// What a person did while the node was away, kept until the node has taken it. Each act has an id of its own, by which
// the node knows it again: sent twice, it is done once.
import { Away, api, of, Refused } from '../api/client'
import { wordOf } from '../parts/word'
import { read, write } from './stores'

export type Told = { word: string; rule: string; text: string; next: string; at: string }
export type Act = {
  n?: number // in which order it was done
  id: string
  owner: string
  kind: 'dispense' | 'hold' | 'check'
  path: string
  code: string // as it was scanned
  product?: string
  at: string // when it was done
  /** waiting: not sent yet; refused: a person has to look at it; done: the node has it; closed: somebody took care of it. */
  state: 'waiting' | 'refused' | 'done' | 'closed'
  told?: Told // what the node said
}

/** What was sent or taken care of is shown for so long. */
const shownMs = 24 * 60 * 60_000
/** A device keeps so many acts at most; a shift has hundreds. */
export const actsMax = 5000

export const allActs = () => read<Act>('acts', 'acts')

/** keepAct writes an act down. When it returns, the act outlives this page, the browser and the device's battery. */
export async function keepAct(act: Act): Promise<void> {
  const all = await allActs()
  if (all.length >= actsMax) throw new Error(`${actsMax} acts are kept on this device`)
  // The system may clear what browsers keep when it needs room, unless it is asked not to.
  if (all.length === 0) await navigator.storage?.persist?.().catch(() => false)
  await write('acts', (table) => table('acts').add(act))
}

/** changeAct writes down what became of an act. */
export const changeAct = (act: Act, change: Partial<Act>) =>
  write('acts', (table) => table('acts').put({ ...act, ...change }))

/** forgetOld drops what needs nobody any more. */
export async function forgetOld(all: Act[]): Promise<void> {
  const old = all.filter((a) => ['done', 'closed'].includes(a.state) && Date.now() - Date.parse(a.at) > shownMs)
  if (old.length === 0) return
  await write('acts', (table) => {
    for (const a of old) table('acts').delete(a.n as number)
  })
}

/** Stopped says why the rest waits on: nobody answers, or nobody is signed in. */
export type Stopped = 'away' | 'signed out' | undefined

/** sendActs sends what waits, in the order in which it was done, one after the other. */
export async function sendActs(owner: string): Promise<Stopped> {
  for (const act of await allActs()) {
    if (act.owner !== owner || act.state !== 'waiting') continue
    try {
      await changeAct(act, await send(act))
    } catch (e) {
      if (e instanceof Away) return 'away'
      if (!(e instanceof Refused)) throw e
      if (e.status === 401) return 'signed out'
      if (e.status === 429 || e.status >= 500) return 'away' // it may be taken later, as it is
      await changeAct(act, {
        state: 'refused',
        told: {
          word: 'cannot tell',
          rule: e.code || `http/${e.status}`,
          text: e.message,
          next: '',
          at: new Date().toISOString(),
        },
      })
    }
  }
  return undefined
}

/** send sends one act and says what became of it. */
async function send(act: Act): Promise<Partial<Act>> {
  const told = (a: { word: string; rule: string; text: string; next: string }) => ({
    ...a,
    at: new Date().toISOString(),
  })
  if (act.kind === 'dispense') {
    const [out] = await of(
      api.POST('/api/v1/dispenses', {
        params: { header: { 'Idempotency-Key': act.id } },
        body: { items: [act.path], reason: 'dispensing', done_at: act.at },
      }),
    )
    if (!out) throw new Away()
    const state = wordOf(out.verdict) === 'ok' ? 'done' : 'refused'
    return { state, told: told({ word: out.verdict, rule: out.rule, text: out.text, next: out.next }) }
  }
  if (act.kind === 'hold') {
    const out = await of(api.POST('/api/v1/marks', { body: { items: [act.path], set: ['held'], clear: [] } }))
    const no = out.refused?.[0]
    if (no)
      return {
        state: 'refused',
        told: told({ word: 'cannot tell', rule: 'ledger/refused', text: no.text ?? '', next: '' }),
      }
    return { state: 'done' }
  }
  const [answer] = await of(api.POST('/api/v1/verdicts', { body: { items: [act.code] } }))
  if (!answer) throw new Away()
  const { word, rule, text, next } = answer
  return { state: wordOf(word) === 'ok' ? 'done' : 'refused', told: told({ word, rule, text, next }) }
}
