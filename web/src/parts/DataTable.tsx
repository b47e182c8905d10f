import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'

export type Column<R> = { name: string; title: string; width?: string; cell: (row: R) => ReactNode }

// Rows that are not drawn can't stand in a table element, so parts have their roles by name (ARIA 1.2).
/** DataTable shows rows of any number: only those that are seen are drawn. The whole is a table to a screen reader. */
export function DataTable<R>({
  columns,
  rows,
  label,
  keyOf,
}: {
  columns: Column<R>[]
  rows: R[]
  label: string
  keyOf: (row: R, i: number) => string
}) {
  const box = useRef<HTMLDivElement>(null)
  const row = Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 44
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => row,
    overscan: 12,
  })
  const shape = columns.map((c) => c.width ?? 'minmax(8rem, 1fr)').join(' ')
  return (
    <div className="scroll long" ref={box} tabIndex={0} role="region" aria-label={label}>
      <div
        className="grid"
        role="table"
        aria-rowcount={rows.length + 1}
        aria-label={label}
        ref={(e) => e?.style.setProperty('--columns', shape)}
      >
        <div className="head" role="row" aria-rowindex={1}>
          {columns.map((c) => (
            <div key={c.name} className="cell" role="columnheader">
              {c.title}
            </div>
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {virtual.getVirtualItems().map((v) => {
            const r = rows[v.index] as R
            return (
              <div
                key={keyOf(r, v.index)}
                className="line"
                role="row"
                aria-rowindex={v.index + 2}
                style={{ position: 'absolute', insetInline: 0, height: v.size, transform: `translateY(${v.start}px)` }}
              >
                {columns.map((c) => (
                  <div key={c.name} className="cell" role="cell">
                    {c.cell(r)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
