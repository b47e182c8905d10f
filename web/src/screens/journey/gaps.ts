// Where a history has holes. Only what two steps say against each other counts, and only
// where both name members of the network: an address that nobody knows is no gap.
import type { Schemas } from '../../api/client'

export type Step = Pick<Schemas['TraceTraceStep'], 'kind' | 'who' | 'in'>
export type Gap = { before: number; why: 'start' | 'moved' | 'unreceived' | 'end'; from?: string; to?: string }

const member = (who: string | undefined) => (who && !/[:/]/.test(who) ? who : undefined)
const begins = ['commissioning', 'creating_class_instance', 'transforming']
const arrives = ['receiving', 'accepting', 'void_shipping', 'returning']
const still = ['holding', 'inspecting', 'storing'] // done by whoever: they move nothing

/** gapsOf finds the gaps of steps in the order of time. `before` is the number of the step that a gap stands before; the number of steps for one at the end. */
export function gapsOf(steps: Step[]): Gap[] {
  const gaps: Gap[] = []
  if (steps.length > 0 && !steps.some((s) => begins.includes(s.kind ?? '') && !s.in))
    gaps.push({ before: 0, why: 'start' })
  let holder: string | undefined
  let shipped: string | undefined
  steps.forEach((s, i) => {
    const kind = s.kind ?? ''
    const who = member(s.who)
    if (still.includes(kind)) return
    if (shipped !== undefined && !arrives.includes(kind) && who && who !== shipped)
      gaps.push({ before: i, why: 'unreceived', from: shipped, to: who })
    else if (shipped === undefined && holder && who && who !== holder)
      gaps.push({ before: i, why: 'moved', from: holder, to: who })
    shipped = kind === 'shipping' ? (who ?? holder ?? '') : undefined
    if (who) holder = who
  })
  if (shipped !== undefined) gaps.push({ before: steps.length, why: 'end', from: shipped || undefined })
  return gaps
}
