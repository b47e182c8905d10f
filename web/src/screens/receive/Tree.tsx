import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { rule, useWords } from '../../words'
import { nameOf, Thing } from './Matter'

type Thing_ = Schemas['DockThing']
type Row = { thing: Thing_; level: number; at: number; of: number }
const pageRows = 1000
const pagesMost = 10
const rowPx = 44

/** content is what is directly in a container, or what stands by itself; up to ten pages of it. */
async function content(id: number, inside: string, missing: boolean): Promise<{ rows: Thing_[]; cut: boolean }> {
  const rows: Thing_[] = []
  for (let page = 0; page < pagesMost; page++) {
    const got = await of(
      api.GET('/api/v1/docks/{id}/tree', {
        params: {
          path: { id },
          query: { in: inside || undefined, after: rows.at(-1)?.path, missing, limit: pageRows },
        },
      }),
    )
    rows.push(...got)
    if (got.length < pageRows) return { rows, cut: false }
  }
  return { rows, cut: true }
}

/** Tree is what a session expects, folded, with what was found of it. Rows that are not seen are not drawn. */
export function Tree({ id, tops }: { id: number; tops: number }) {
  const t = useWords()
  const [opened, setOpened] = useState<string[]>([])
  const [missing, setMissing] = useState(false)
  const inside = ['', ...opened]
  const answers = useQueries({
    queries: inside.map((path) => ({
      queryKey: ['dock', id, 'tree', path, missing],
      queryFn: () => content(id, path, missing),
      placeholderData: (before: { rows: Thing_[]; cut: boolean } | undefined) => before,
    })),
  })
  const byPath = new Map(inside.map((path, i) => [path, answers[i]?.data?.rows]))
  const rows: Row[] = []
  const hang = (path: string, level: number) => {
    const list = byPath.get(path) ?? []
    list.forEach((thing, i) => {
      rows.push({ thing, level, at: i + 1, of: list.length })
      if (opened.includes(thing.path)) hang(thing.path, level + 1)
    })
  }
  hang('', 0)
  // One pallet alone is opened at once.
  const only = byPath.get('')?.length === 1 && tops === 1 ? byPath.get('')?.[0]?.path : undefined
  const first = useRef(false)
  useEffect(() => {
    if (!only || first.current) return
    first.current = true
    setOpened([only])
  }, [only])
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 10,
  })
  const bad = answers.find((a) => a.isError)
  const toggle = (path: string) =>
    setOpened(opened.includes(path) ? opened.filter((p) => p !== path) : [...opened, path])
  return (
    <section className="stack tight">
      <div className="row spread">
        <h2>{t('receive.session.tree')}</h2>
        <label className="row small">
          <input type="checkbox" checked={missing} onChange={(e) => setMissing(e.target.checked)} />
          {t('receive.session.onlyMissing')}
        </label>
      </div>
      {bad ? <Fault error={bad.error} again={() => void bad.refetch()} /> : null}
      {answers[0]?.isPending ? <Skeleton lines={4} /> : null}
      {answers[0]?.data && rows.length === 0 ? (
        <p className="quiet">{t(missing ? 'receive.session.nothingMissing' : 'receive.session.nothingExpected')}</p>
      ) : null}
      {rows.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="scroll tree" ref={box} tabIndex={0} aria-label={t('receive.session.tree')}>
          <ul style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((v) => {
              const r = rows[v.index] as Row
              return (
                <li
                  key={r.thing.path}
                  aria-posinset={v.index + 1}
                  aria-setsize={rows.length}
                  className="branch"
                  style={{
                    position: 'absolute',
                    insetInline: 0,
                    height: v.size,
                    transform: `translateY(${v.start}px)`,
                    paddingInlineStart: 8 + r.level * 20,
                  }}
                >
                  <Branch row={r} open={opened.includes(r.thing.path)} toggle={() => toggle(r.thing.path)} />
                </li>
              )
            })}
          </ul>
        </section>
      ) : null}
      {answers.some((a) => a.data?.cut) ? <p className="quiet small">{t('receive.session.cut')}</p> : null}
    </section>
  )
}

function Branch({ row, open, toggle }: { row: Row; open: boolean; toggle: () => void }) {
  const t = useWords()
  const x = row.thing
  const holds = x.kind !== 'pack'
  const name = nameOf(x.path)
  return (
    <>
      {holds ? (
        <button
          type="button"
          className="fold"
          aria-expanded={open}
          aria-label={t(open ? 'receive.session.hide' : 'receive.session.show', { name })}
          onClick={toggle}
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>
        </button>
      ) : (
        <span className="fold" />
      )}
      <span className="what">
        <Thing path={x.path} kind={x.kind} />
      </span>
      <span className="found">
        {holds ? (
          <span className="quiet small">{t('receive.session.of', { found: x.seen + x.inferred, count: x.packs })}</span>
        ) : null}
        <Mark thing={x} />
      </span>
    </>
  )
}

/** Mark says how a thing was found; what was only inferred is never shown as scanned. */
function Mark({ thing: x }: { thing: Thing_ }) {
  const t = useWords()
  const found = x.seen + x.inferred
  const how = x.found === 'seen' ? 'seen' : x.found === 'inferred' ? 'inferred' : found > 0 ? 'part' : 'none'
  const signs = { seen: '✓', inferred: '◌', part: '◐', none: '–' }
  return (
    <>
      {x.rule ? (
        <span className="mark bad" title={x.text}>
          <span aria-hidden="true">!</span>{' '}
          {t(`receive.rules.${x.rule}.name`, { defaultValue: rule(x.rule, x.text ?? x.rule, '').text })}
        </span>
      ) : null}
      {x.open ? <span className="mark">{t('receive.session.marks.open')}</span> : null}
      {x.damaged ? <span className="mark bad">{t('receive.session.marks.damaged')}</span> : null}
      <span className={`mark ${how}`}>
        <span aria-hidden="true">{signs[how]}</span> {t(`receive.session.marks.${how}`)}
      </span>
    </>
  )
}
