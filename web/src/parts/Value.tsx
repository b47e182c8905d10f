import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { words } from '../app/openapi'
import { useWords } from '../words'
import { Light } from './Verdict'
import { When } from './When'
import { wordOf } from './word'

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const thing = /^\/(01|00|414|8003|8004)\/[^/]+/

/** Value shows any value of the interface as what it is: times as times, things as links to their journey, answers with their shape. */
export function Value({ name, value }: { name: string; value: unknown }): ReactNode {
  const t = useWords()
  if (value === null || value === undefined || value === '') return <span className="quiet">–</span>
  if (typeof value === 'boolean') return t(value ? 'module.yes' : 'module.no')
  if (typeof value === 'string') {
    if (instant.test(value)) return <When at={value} />
    if (thing.test(value))
      return (
        <Link to="/journey" search={{ id: value }} className="code">
          {value}
        </Link>
      )
    if (name === 'word' || name === 'verdict') return <Light word={wordOf(value)} />
    return value
  }
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="quiet">–</span>
    if (value.every((v) => typeof v === 'object' && v !== null))
      return <Rows rows={value as Record<string, unknown>[]} />
    return (
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {value.map((v, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer doesn't change while it is shown
          <li key={i}>
            <Value name={name} value={v} />
          </li>
        ))}
      </ul>
    )
  }
  return <Fields of={value as Record<string, unknown>} />
}

/** Fields shows an object as names and values. */
export function Fields({ of }: { of: Record<string, unknown> }) {
  return (
    <dl className="facts">
      {Object.entries(of)
        .filter(([k, v]) => k !== '$schema' && v !== null && v !== '' && !(Array.isArray(v) && v.length === 0))
        .map(([k, v]) => (
          <div key={k} style={{ display: 'contents' }}>
            <dt>{words(k)}</dt>
            <dd>
              <Value name={k} value={v} />
            </dd>
          </div>
        ))}
    </dl>
  )
}

function Rows({ rows }: { rows: Record<string, unknown>[] }) {
  const names = [...new Set(rows.flatMap((r) => Object.keys(r)))].filter((n) =>
    rows.some((r) => r[n] !== '' && r[n] !== null && r[n] !== undefined),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={names.map(words).join(', ')}>
      <table className="table">
        <thead>
          <tr>
            {names.map((n) => (
              <th key={n}>{words(n)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an answer doesn't change while it is shown
            <tr key={i}>
              {names.map((n) => (
                <td key={n} className={typeof r[n] === 'number' ? 'number' : ''}>
                  <Value name={n} value={r[n]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
