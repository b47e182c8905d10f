import i18next from 'i18next'

/** when writes a time for people, in their own zone. */
export function when(text: string | undefined): string {
  const at = text ? new Date(text) : undefined
  if (!at || Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1900) return ''
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** readable writes the times (RFC 3339) and days in a sentence of the node as people do. */
export function readable(text: string): string {
  const day = (at: string) =>
    new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(at))
  return text
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => when(at) || at)
    .replace(/(?<![\w/-])\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])/g, day)
}

/** When is a time, local, with the same in UTC beside it for whoever points at it. */
export function When({ at }: { at: string | undefined }) {
  const text = when(at)
  if (!text || !at) return null
  return (
    <time dateTime={at} title={`${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {text}
    </time>
  )
}
