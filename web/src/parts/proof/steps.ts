// What the verifier reports (package proof, Report), and the same as rows for people: from
// the thing up to those who signed. Every row that a proof of its kind has is there, also
// those that were not reached because one before them failed.

export type Step = {
  name: string
  verdict: 'ok' | 'failed' | 'not shown'
  text: string
  limit?: string
  optional?: boolean
}
export type Signing = {
  header: string
  set: string
  changes: number
  validators: { key: string; power: number; signed: boolean }[]
}
export type Report = {
  kind: string
  chain: string
  height: number
  as_of: string
  signers: number
  steps: Step[] | null
  alerts?: string[]
  facts?: { name: string; value: string }[]
  outcome: 'proved' | 'partly' | 'alert' | 'refused'
  fingerprint?: string
  signing?: Signing
}

export type State = 'ok' | 'failed' | 'not shown' | 'not checked'
export type Row = { name: string; state: State; text: string; limit: string }
export type Kind = 'bundle' | 'receipt'

const orders: Record<Kind, string[]> = {
  bundle: ['unit', 'path', 'record', 'origin', 'statement', 'maker', 'licence', 'prefix', 'place', 'presence'],
  receipt: ['entry', 'signers', 'admission', 'result'],
}
const last = ['header', 'signatures', 'set', 'witnesses']

/** rowsOf lays a report out; without one nothing was checked. */
export function rowsOf(kind: Kind, report?: Report): Row[] {
  const found = new Map((report?.steps ?? []).map((s) => [s.name, s]))
  const order = [...orders[kind], ...last]
  const others = [...found.keys()].filter((name) => !order.includes(name)) // such as a file that can't be read
  return [...others, ...order].map((name) => {
    const s = found.get(name)
    if (s) return { name, state: s.verdict, text: s.text, limit: s.limit ?? '' }
    // These two are inside the verifier's step "header".
    const held = (name === 'signatures' || name === 'set') && report?.signing !== undefined
    return { name, state: held ? 'ok' : 'not checked', text: '', limit: '' }
  })
}

/** failedIn is the row that did not hold, if one didn't. */
export const failedIn = (rows: Row[]) => rows.find((r) => r.state === 'failed')
