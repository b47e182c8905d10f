import type { Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { scenario, useWords } from '../../words'

export type Case = Schemas['CaseCase']
export type Detail = Schemas['CaseDetail']

export const categories = [
  'data-issue',
  'product-no-data',
  'data-no-product',
  'packaging-labeling',
  'unavailable',
] as const
export const resolutions = [
  'Send new data',
  'Send product',
  'Return product',
  'Send back product',
  'Credit account',
  'Debit account',
] as const

/** whatOf is what is wrong, in the reader's language. */
export function whatOf(c: Case): string {
  return scenario(c.scenario, c.what)
}

/** stepKey is the sentence of what a case asks for next. */
export const stepKey = (c: Case) => `steps.${c.step ?? 'none'}`

/** askKey is the sentence of what can be asked for. */
export const askKey = (resolution: string) => `cases.ask.${resolution.replaceAll(' ', '_').toLowerCase()}`

// Roles to which a case goes until a person takes it.
const workRoles = ['clerk', 'pharmacist', 'serialization']

/** useMine tells whether a case is the reader's: by name, by role, or, for the owner of the node, because nobody took it. */
export function useMine() {
  const me = useMe()
  return (c: Case) =>
    c.owner === me.data?.id ||
    (me.data?.roles ?? []).includes(c.owner) ||
    (me.data?.kind === 'owner' && workRoles.includes(c.owner))
}

/** AskOptions are what can be asked for or offered, to choose from. */
export function AskOptions() {
  const t = useWords()
  return resolutions.map((r) => (
    <option key={r} value={r}>
      {t(askKey(r))}
    </option>
  ))
}
