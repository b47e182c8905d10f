// Whether a person has typed something into this page that nobody has taken yet: a scan then mustn't lead away from it.

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
const isField = (e: unknown): e is Field =>
  e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement
const stateOf = (f: Field) =>
  f instanceof HTMLInputElement && /^(checkbox|radio)$/.test(f.type) ? String(f.checked) : f.value

/** What stood in each field before it was touched. A field that left the page is forgotten with it. */
const before = new Map<Field, string>()

const note = (e: Event) => {
  if (isField(e.target) && e.target.closest('main') && !before.has(e.target)) before.set(e.target, stateOf(e.target))
}

/** watchTyped begins to notice what is typed, and returns what ends it. */
export function watchTyped(): () => void {
  addEventListener('focusin', note)
  addEventListener('pointerdown', note, true)
  return () => {
    removeEventListener('focusin', note)
    removeEventListener('pointerdown', note, true)
  }
}

/** halfFilled tells whether a field of the page holds something else than when it was first touched. */
export function halfFilled(): boolean {
  for (const field of before.keys()) if (!field.isConnected) before.delete(field)
  return [...before].some(([field, was]) => stateOf(field) !== was && !field.closest('.scanbox'))
}
