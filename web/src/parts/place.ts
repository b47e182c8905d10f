// Where in a document a finding is, in words that lead there.
import type { TFunction } from 'i18next'

export type Where = { line?: number; event?: number; path?: string }

/** crowded are the lines on which several events begin, or one on the first line: such a document was written without breaks, and its line numbers lead nowhere. */
export function crowded(list: Where[]): Set<number> {
  const events = new Map<number, number>()
  const lines = new Set<number>()
  for (const { line, event } of list) {
    if (!line || !event) continue
    if (line === 1 || (events.get(line) ?? event) !== event) lines.add(line)
    events.set(line, event)
  }
  return lines
}

/** placeOf names the line and the event; on a crowded line the event and, in JSON, the path to it. */
export function placeOf(t: TFunction, at: Where, lines: Set<number>): string {
  const event = at.event ? t('place.event', { event: at.event }) : ''
  if (!at.line) return event || t('place.whole')
  if (!lines.has(at.line)) return [t('place.line', { line: at.line }), event].filter(Boolean).join(' · ')
  return [event || t('place.outside'), at.path].filter(Boolean).join(' · ')
}
