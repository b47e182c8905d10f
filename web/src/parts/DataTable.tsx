import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useNarrow } from '../app/narrow'
import { useWords } from '../words'

export type Column<R> = { name: string; title: string; width?: string; cell: (row: R) => ReactNode }
/** Card is a row where columns have no room: all of it in one cell, in so many lines. */
export type Card<R> = { title: string; lines: number; cell: (row: R) => ReactNode }

const linePixels = 22 // of each line of a row after its first

const asksBefore = 200 // rows before the last one at which more are asked for

const printed = 2000 // rows on paper at most: some sixty pages; a file holds all

/** usePrinting tells whether the page is being printed, in time to be drawn for it. */
function usePrinting() {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    const on = () => flushSync(() => setPrinting(true))
    const off = () => setPrinting(false)
    addEventListener('beforeprint', on)
    addEventListener('afterprint', off)
    return () => {
      removeEventListener('beforeprint', on)
      removeEventListener('afterprint', off)
    }
  }, [])
  return printing
}

// Rows that are not drawn can't stand in a table element, so parts have their roles by name (ARIA 1.2).
/** DataTable shows rows of any number: only those that are seen are drawn, or that are printed. The whole is a table to a screen reader. `more` is called as one scrolls towards the end, for as long as it is given. */
export function DataTable<R>({
  columns,
  rows,
  label,
  keyOf,
  more,
  lines = 1,
  card,
}: {
  columns: Column<R>[]
  rows: R[]
  label: string
  keyOf: (row: R, i: number) => string
  more?: () => void
  lines?: number
  card?: Card<R>
}) {
  const t = useWords()
  const printing = usePrinting()
  const few = useNarrow() ? card : undefined
  const shown: Column<R>[] = few
    ? [{ name: 'card', title: few.title, width: 'minmax(0, 1fr)', cell: few.cell }]
    : columns
  const box = useRef<HTMLDivElement>(null)
  const first = Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 44
  const row = first + ((few ? few.lines : lines) - 1) * linePixels
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => row,
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtual.measure(), [row])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const scrolled = (items[0]?.index ?? 0) > 0
  useEffect(() => {
    if (more && scrolled && last + asksBefore >= rows.length) more()
  }, [more, scrolled, last, rows.length])
  const shape = shown.map((c) => c.width ?? 'minmax(8rem, 1fr)').join(' ')
  return (
    <div className="scroll long" ref={box} tabIndex={0} role="region" aria-label={label}>
      <div
        className={card ? 'grid fits' : 'grid'}
        role="table"
        aria-rowcount={rows.length + 1}
        aria-label={label}
        ref={(e) => e?.style.setProperty('--columns', shape)}
      >
        <div className="head" role="row" aria-rowindex={1}>
          {shown.map((c) => (
            <div key={c.name} className="cell" role="columnheader">
              {c.title}
            </div>
          ))}
        </div>
        <div style={printing ? undefined : { height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {printing
            ? rows.slice(0, printed).map((r, i) => <Line key={keyOf(r, i)} row={r} columns={shown} index={i} />)
            : items.map((v) => {
                const r = rows[v.index] as R
                return (
                  <Line key={keyOf(r, v.index)} row={r} columns={shown} index={v.index} start={v.start} size={v.size} />
                )
              })}
        </div>
      </div>
      {printing && rows.length > printed ? <p>{t('module.printed', { printed, count: rows.length })}</p> : null}
    </div>
  )
}

type LineProps<R> = { row: R; columns: Column<R>[]; index: number; start?: number; size?: number }

// Line is drawn anew only when it is another row: scrolling moves it, and asks nothing of it. On paper it stands after the one before.
const Line = memo(function Line<R>({ row, columns, index, start, size }: LineProps<R>) {
  return (
    <div
      className="line"
      role="row"
      aria-rowindex={index + 2}
      style={
        start === undefined
          ? undefined
          : { position: 'absolute', insetInline: 0, height: size, transform: `translateY(${start}px)` }
      }
    >
      {columns.map((c) => (
        <div key={c.name} className="cell" role="cell">
          {c.cell(row)}
        </div>
      ))}
    </div>
  )
}) as <R>(props: LineProps<R>) => ReactNode
