// The verifier of proofs in this page: asked, it answers with a report. It decides by the
// proof and by whom the reader trusts alone, and asks nobody.
import type { Report } from '../parts/proof/steps'

/** CannotCheck says that this browser can't run the verifier. Nothing is known of the proof then. */
export class CannotCheck extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'CannotCheck'
  }
}

export type Checked = { report: Report; ms: number }
type Answer = { id: number; report?: Report; ms?: number; why?: string }
type Asker = { done: (c: Checked) => void; failed: (e: Error) => void }

const answerWaitMs = 60_000 // the verifier is loaded, started and answers within this, on a slow line too

let worker: Worker | undefined
let count = 0
const waiting = new Map<number, Asker>()

// fail tells whoever waits, and lets the next one begin anew.
function fail(why: string) {
  worker?.terminate()
  worker = undefined
  const all = [...waiting.values()]
  waiting.clear()
  for (const asker of all) asker.failed(new CannotCheck(why))
}

function started(): Worker {
  if (worker) return worker
  if (typeof Worker === 'undefined' || typeof WebAssembly === 'undefined') throw new CannotCheck('WebAssembly')
  try {
    worker = new Worker(new URL('./verifier.worker.ts', import.meta.url))
  } catch (e) {
    throw new CannotCheck(e instanceof Error ? e.message : String(e))
  }
  worker.addEventListener('error', (e) => {
    e.preventDefault()
    fail(e.message || 'Worker')
  })
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asker = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.report) asker?.done({ report: data.report, ms: data.ms ?? 0 })
    else {
      asker?.failed(new CannotCheck(data.why ?? ''))
      fail(data.why ?? '')
    }
  })
  return worker
}

/** check verifies a proof by what a trust file says. */
export function check(object: Uint8Array, trust: string): Promise<Checked> {
  return new Promise((done, failed) => {
    const id = ++count
    try {
      started().postMessage({ id, object, trust })
    } catch (e) {
      failed(e)
      return
    }
    waiting.set(id, { done, failed })
    setTimeout(() => {
      if (waiting.has(id)) fail('timeout')
    }, answerWaitMs)
  })
}
