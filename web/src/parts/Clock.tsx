import i18next from 'i18next'
import { useWords } from '../words'
import { Shape } from './Shapes'

const soonMs = 24 * 3_600_000

/** day writes a time with its weekday, in the reader's zone: what is due is planned by days of the week. */
export function day(text: string | undefined): string {
  const at = text ? new Date(text) : undefined
  if (!at || Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1900) return ''
  return new Intl.DateTimeFormat(i18next.language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at)
}

/** Clock is by when something is due, with the full date: late and soon have a shape each. */
export function Clock({ at, late }: { at: string | undefined; late?: boolean }) {
  const t = useWords()
  const text = day(at)
  if (!text || !at) return null
  const overdue = late ?? Date.parse(at) < Date.now()
  const soon = !overdue && Date.parse(at) - Date.now() < soonMs
  return (
    <time
      className={`clock ${overdue ? 'light stop' : soon ? 'light tell' : ''}`}
      dateTime={at}
      title={`${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`}
    >
      {overdue ? <Shape word="stop" /> : soon ? <Shape word="tell" /> : null}
      <span>{t(overdue ? 'home.overdue' : 'home.due', { when: text })}</span>
    </time>
  )
}
