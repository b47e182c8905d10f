import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { unitOf } from '../../parts/word'
import { useWords } from '../../words'

const shownFirst = 2
const shownMore = 50

/** nameOf is a thing's number as people read it on it. */
const nameOf = (path: string) => {
  const unit = unitOf(path)
  return unit.sscc ?? [unit.gtin, unit.serial].filter(Boolean).join(' · ')
}
const kindName = (kind: number) => (kind >= 1 && kind <= 4 ? String(kind) : '0')

/** Containers is what a thing is in, from the outside in, and below it what is in it, folded. */
export function Containers({ trace }: { trace: Schemas['TraceTrace'] }) {
  const t = useWords()
  const outer = [...(trace.in ?? [])].reverse()
  const path = trace.path ?? ''
  return (
    <>
      <section className="stack tight">
        <h2>{t('trail.up')}</h2>
        {outer.length === 0 ? <p className="quiet">{t('trail.alone')}</p> : null}
        <ol className="nest">
          {outer.map((p) => (
            <li key={p}>
              <Outer path={p} />
            </li>
          ))}
          <li aria-current="true">
            <strong>{t(`trail.kinds.${kindName(trace.kind)}`)}</strong> <span className="code">{nameOf(path)}</span>{' '}
            <span className="quiet">({t('trail.this')})</span>
          </li>
        </ol>
      </section>
      <section className="stack tight">
        <h2>{t('trail.down')}</h2>
        {trace.kind === 1 ? <p className="quiet">{t('trail.packHolds')}</p> : <Tree path={path} />}
      </section>
    </>
  )
}

// Outer is a container above: what kind of one it is, is asked for.
function Outer({ path }: { path: string }) {
  const q = useQuery({
    queryKey: ['kind', path],
    queryFn: () => of(api.GET('/api/v1/trace/holding', { params: { query: { id: path, limit: 1 } } })),
  })
  return <Thing path={path} kind={q.data?.kind ?? 0} />
}

function Thing({ path, kind }: { path: string; kind: number }) {
  const t = useWords()
  return (
    <>
      {t(`trail.kinds.${kindName(kind)}`)}{' '}
      <Link to="/journey" search={{ id: path }} className="code">
        {nameOf(path)}
      </Link>
    </>
  )
}

/** Tree is what is directly in a thing: the first few, and the rest when asked for. */
function Tree({ path }: { path: string }) {
  const t = useWords()
  const q = useInfiniteQuery({
    queryKey: ['holding', path],
    queryFn: ({ pageParam }) =>
      of(
        api.GET('/api/v1/trace/holding', {
          params: {
            query: { id: path, limit: pageParam ? shownMore : shownFirst, cursor: pageParam || undefined },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
  })
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={2} />
  const rows = q.data.pages.flatMap((p) => p.rows ?? [])
  const total = q.data.pages[0]?.total ?? 0
  if (total === 0) return <p className="quiet">{t('trail.empty')}</p>
  const kinds = new Set(rows.map((r) => r.kind))
  const many = t(`trail.many.${kinds.size === 1 ? kindName(rows[0]?.kind ?? 0) : '0'}`, {
    count: total,
  })
  const left = Math.min(shownMore, total - rows.length)
  return (
    <div className="branch">
      <p className="quiet">{left > 0 ? t('trail.folded', { many, shown: rows.length }) : many}</p>
      <ul>
        {rows.map((r) => (
          <Branch key={r.path} row={r} />
        ))}
      </ul>
      {left > 0 ? (
        <button
          type="button"
          className="button small no-print"
          disabled={q.isFetchingNextPage}
          onClick={() => void q.fetchNextPage()}
        >
          {t('trail.more', { count: left })}
        </button>
      ) : null}
    </div>
  )
}

function Branch({ row }: { row: Schemas['TraceHoldingItem'] }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const what = nameOf(row.path)
  return (
    <li>
      <div className="row">
        {row.inside > 0 ? (
          <button
            type="button"
            className="button bare fold"
            aria-expanded={open}
            aria-label={t(open ? 'trail.shut' : 'trail.open', { what })}
            onClick={() => setOpen(!open)}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={open ? 'm3 5 5 6 5-6' : 'm5 3 6 5-6 5'} fill="none" stroke="currentColor" strokeWidth="2" />
            </svg>
          </button>
        ) : null}
        <span>
          <Thing path={row.path} kind={row.kind} />
          {row.inside > 0 ? <span className="quiet"> · {t('trail.within', { count: row.inside })}</span> : null}
        </span>
      </div>
      {open ? <Tree path={row.path} /> : null}
    </li>
  )
}
