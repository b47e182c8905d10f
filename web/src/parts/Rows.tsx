import type { ReactNode } from 'react'

/** Rows is a table of some tens of rows, which scrolls by itself where the screen is narrow or, when it is long, where it is low. DataTable is for more. */
export function Rows({
  label,
  heads,
  long,
  wide,
  children,
}: {
  label: string
  heads: readonly string[]
  long?: boolean
  wide?: boolean
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={long ? 'scroll long' : 'scroll'} tabIndex={0} aria-label={label}>
      <table className={wide ? 'table wide' : 'table'}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
