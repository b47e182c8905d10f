// What a person had in a field before a hand scanner typed into it.

type Texts = {
  value: string
  selectionStart?: number | null
  selectionEnd?: number | null
  selectionDirection?: string
}
type Field = Element & Texts & { setSelectionRange?: (from: number, to: number, way?: 'forward' | 'backward') => void }

const isField = (e: Element | null): e is Field => e !== null && /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName)

/**
 * keep notes what stands in the field that has the focus, and returns what puts exactly that back, selection too. A page that
 * holds the field's text itself hears of it as of any change: the setter is the one of the element's kind, not React's.
 */
export function keep(field: Element | null): () => void {
  if (!isField(field)) return () => {}
  const { value, selectionStart: from, selectionEnd: to, selectionDirection: way } = field
  return () => {
    if (field.value !== value) {
      const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set
      if (setter) setter.call(field, value)
      else field.value = value
      field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
    }
    // Fields of numbers and dates have no selection to set.
    if (typeof from === 'number' && typeof to === 'number')
      field.setSelectionRange?.(from, to, way === 'backward' ? 'backward' : 'forward')
  }
}
