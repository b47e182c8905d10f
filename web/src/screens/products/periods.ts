// Who held a product's label, and who packed under it, on which days.
import type { Right } from './source'

export type Kind = 'owner' | 'packager'
/** Period is a run of days on which one right was the one that counts; without `to` it has no end. */
export type Period = { right: Right; from: string; to?: string }

const dayMs = 86_400_000

/** shift is the day some days after another. */
export const shift = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** holding is the right of a kind that counts on a day: the most exact number, then the latest begun. The node lists them in that order. */
export const holding = (rights: readonly Right[], kind: Kind, day: string) =>
  rights.find((r) => r.kind === kind && r.from <= day && (!r.to || day <= r.to))

/** periods are the runs of days of a kind, the earliest first, with gaps where nobody was entered. */
export function periods(rights: readonly Right[], kind: Kind): Period[] {
  const own = rights.filter((r) => r.kind === kind)
  const bounds = [...new Set(own.flatMap((r) => (r.to ? [r.from, shift(r.to, 1)] : [r.from])))].sort()
  const list: Period[] = []
  for (const [i, from] of bounds.entries()) {
    const right = holding(own, kind, from)
    const next = bounds[i + 1]
    const to = next ? shift(next, -1) : undefined
    const last = list.at(-1)
    if (!right) continue
    if (last?.right.n === right.n && last.to === shift(from, -1)) last.to = to
    else list.push({ right, from, to })
  }
  return list
}

/** spans places periods on a line that ends on a day, as parts of its length. */
export function spans(list: readonly Period[], first: string, last: string): { left: number; width: number }[] {
  const begin = Date.parse(first)
  const whole = Math.max(dayMs, Date.parse(last) - begin + dayMs)
  return list.map((p) => {
    const left = (Date.parse(p.from) - begin) / whole
    const end = p.to && p.to < last ? (Date.parse(p.to) - begin + dayMs) / whole : 1
    return { left, width: Math.max(0, end - left) }
  })
}
