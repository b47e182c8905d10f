// Asks the node about a code, and this device where the node gives no answer.
import { Away, api, of, type Schemas } from '../api/client'
import { answered, device } from './state'

/** How long the node may take, and how long when it gave no answer just before: somebody waits at the counter. */
const patienceMs = 10_000
const patienceAwayMs = 3000

export type Asked = { answer: Schemas['Answer']; byDevice: boolean }

export async function askVerdict(code: string): Promise<Asked> {
  try {
    const signal = AbortSignal.timeout(device().away ? patienceAwayMs : patienceMs)
    const [answer] = await of(api.POST('/api/v1/verdicts', { body: { items: [code] }, signal }))
    if (!answer) throw new Away()
    answered(true)
    return { answer, byDevice: false }
  } catch (e) {
    if (!(e instanceof Away)) throw e
    answered(false)
    const own = await import('./keeper').then((k) => k.answer(code))
    if (!own) throw e
    return { answer: own, byDevice: true }
  }
}
