import i18next from 'i18next'

/** when writes a time for people, in their own zone. */
export function when(text: string | undefined): string {
  const at = text ? new Date(text) : undefined
  if (!at || Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1900) return ''
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
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
