// The three answers have a shape each, so that colour is never alone (WCAG 2.2, 1.4.1).
import type { Word } from './word'

export function Shape({ word }: { word: Word }) {
  if (word === 'ok')
    return (
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="11" fill="currentColor" />
        <path
          d="m7 12.5 3.5 3.5L17 9"
          fill="none"
          stroke="var(--ground)"
          strokeWidth="2.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    )
  if (word === 'stop')
    return (
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z" fill="currentColor" />
        <path d="m8 8 8 8m0-8-8 8" stroke="var(--ground)" strokeWidth="2.5" strokeLinecap="round" />
      </svg>
    )
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 .5 23.5 12 12 23.5.5 12z" fill="currentColor" />
      <path
        d="M9.7 9.6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.100.9-1.100 1.800m0 3v.1"
        fill="none"
        stroke="var(--ground)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}

/** Dot marks a step of a journey. */
export function Dot({ known }: { known: number }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <circle
        cx="10"
        cy="10"
        r="6"
        fill={known === 1 ? 'var(--ok)' : 'var(--ground)'}
        stroke={known === 1 ? 'var(--ok)' : 'var(--edge)'}
        strokeWidth="2.5"
      />
    </svg>
  )
}
