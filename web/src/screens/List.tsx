import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useMemo } from 'react'
import { raw } from '../api/client'
import { addressOf, kindOf, type List as Listed, type Modules, type Parameter, useModules, words } from '../app/openapi'
import { DataTable } from '../parts/DataTable'
import { Export } from '../parts/Export'
import { Fault, Skeleton } from '../parts/Fault'
import { ListEnd } from '../parts/ListEnd'
import { Value } from '../parts/Value'
import { useWords } from '../words'

type Row = Record<string, unknown>

/** List shows any list of the node, with its own filters, which stand in the address and can be shared. */
export function List() {
  const t = useWords()
  const { list } = useParams({ strict: false }) as { list: string }
  const modules = useModules()
  if (modules.isError && !modules.data) return <Fault error={modules.error} again={() => void modules.refetch()} />
  if (!modules.data) return <Skeleton lines={6} />
  const found = modules.data.lists.find((l) => l.id === list)
  return found ? (
    <Rows key={found.id} list={found} modules={modules.data} />
  ) : (
    <Fault error={new Error(t('fault.notFound'))} />
  )
}

function Rows({ list, modules }: { list: Listed; modules: Modules }) {
  const t = useWords()
  const go = useNavigate()
  const filters = useSearch({ strict: false }) as Record<string, string>
  const q = useInfiniteQuery({
    queryKey: ['list', list.id, filters],
    queryFn: async ({ pageParam }) => {
      const got = await raw(
        'GET',
        addressOf(list, { ...filters, ...(list.page && pageParam ? { [list.page]: pageParam } : {}) }),
      )
      const rows = ((list.rows ? (got as Row)[list.rows] : got) ?? []) as Row[]
      return { rows, next: nextOf(list, got, rows) }
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
  })
  const rows = useMemo(() => q.data?.pages.flatMap((p) => p.rows) ?? [], [q.data])
  const columns = list.columns.filter(
    (c) => rows.length === 0 || rows.some((r) => r[c] !== '' && r[c] !== null && r[c] !== undefined),
  )
  const file = list.path.split('/').slice(3).join('-')
  const name = (c: string, r: Row) => {
    const key = String(r[list.key] ?? '')
    if (!list.detail || key === '' || c !== columns[0]) return <Value name={c} value={r[c]} />
    return (
      <Link to="/all/$list/$id" params={{ list: list.id, id: key }}>
        {String(r[c] ?? key) || key}
      </Link>
    )
  }
  return (
    <>
      <div className="row spread">
        <h1>{list.summary}</h1>
        <Export name={file} rows={rows} answer={rows} />
      </div>
      <Filters
        list={list}
        now={filters}
        set={(search) => void go({ to: '/all/$list', params: { list: list.id }, search })}
      />
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t('module.none')}</p>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <>
          <DataTable
            label={list.summary}
            rows={rows}
            keyOf={(r, i) => String(r[list.key] ?? i)}
            more={q.hasNextPage && !q.isFetchingNextPage && !q.isError ? () => void q.fetchNextPage() : undefined}
            columns={columns.map((c) => ({
              name: c,
              title: words(c),
              width: widthOf(words(c), c, rows),
              cell: (r: Row) => name(c, r),
            }))}
          />
          <ListEnd count={rows.length} more={q.hasNextPage ? q.fetchNextPage : undefined} busy={q.isFetchingNextPage} />
        </>
      ) : null}
      <Acts list={list} modules={modules} />
    </>
  )
}

const narrowest = 8
const widest = 36
const looked = 200 // rows that tell how wide a column is
const remOfLetter = 0.55
const remOfMargins = 2

// A column is as wide as what stands in it, within bounds; what is longer is cut there, and whole on the row's own page.
// Heads have smaller letters, so the width is in rem.
function widthOf(title: string, column: string, rows: Row[]): string {
  const longest = Math.max(title.length, ...rows.slice(0, looked).map((r) => String(r[column] ?? '').length))
  const rem = Math.min(widest, Math.max(narrowest, longest)) * remOfLetter + remOfMargins
  return `minmax(${rem}rem, ${rem}fr)`
}

// The next page begins after the last row, by the name that the list's own parameter has, or after what the answer says.
function nextOf(list: Listed, got: unknown, rows: Row[]): string {
  if (!list.page || rows.length === 0) return ''
  if (list.rows) return String((got as Row).next ?? '')
  const limit = Number(list.parameters.find((p) => p.name === 'limit')?.schema.default ?? 100)
  if (rows.length < limit) return ''
  const last = rows.at(-1) as Row
  return String(last.number ?? last.n ?? last.id ?? '')
}

function Filters({
  list,
  now,
  set,
}: {
  list: Listed
  now: Record<string, string>
  set: (to: Record<string, string>) => void
}) {
  const t = useWords()
  const filters = list.parameters.filter((p) => p.in === 'query' && p.name !== list.page && p.name !== 'limit')
  if (filters.length === 0) return null
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    set(Object.fromEntries([...form.entries()].map(([k, v]) => [k, String(v)] as const).filter(([, v]) => v !== '')))
  }
  return (
    <form className="row no-print" onSubmit={submit} style={{ alignItems: 'end' }}>
      {filters.map((p) => (
        <div className="field" key={p.name} style={{ minWidth: '14ch' }}>
          <label htmlFor={`filter-${p.name}`} title={p.description}>
            {words(p.name)}
          </label>
          <Control id={`filter-${p.name}`} p={p} value={now[p.name] ?? ''} />
        </div>
      ))}
      <button type="submit" className="button">
        {t('module.apply')}
      </button>
      <button type="button" className="button bare" onClick={() => set({})}>
        {t('module.reset')}
      </button>
    </form>
  )
}

function Control({ id, p, value }: { id: string; p: Parameter; value: string }) {
  const t = useWords()
  const kind = kindOf(p.schema)
  const choices = kind === 'boolean' ? ['true'] : p.schema.enum?.map(String)
  if (choices)
    return (
      <select id={id} name={p.name} defaultValue={value}>
        <option value="">{t('module.reset')}</option>
        {choices.map((c) => (
          <option key={c} value={c}>
            {c === 'true' ? t('module.yes') : c}
          </option>
        ))}
      </select>
    )
  return (
    <input
      id={id}
      name={p.name}
      defaultValue={value}
      inputMode={kind === 'integer' ? 'numeric' : undefined}
      maxLength={p.schema.maxLength}
      autoComplete="off"
    />
  )
}

/** Acts are what can be done with this list's things. */
function Acts({ list, modules }: { list: Listed; modules: Modules }) {
  const t = useWords()
  const mine = modules.acts.filter(
    (a) => a.path === list.path || (a.path.startsWith(`${list.path}/`) && !a.path.includes('{')),
  )
  if (mine.length === 0) return null
  return (
    <section className="stack tight no-print">
      <h2>{t('module.acts')}</h2>
      <div className="row">
        {mine.map((a) => (
          <Link key={a.id} className="button" to="/do/$act" params={{ act: a.id }} search={{}}>
            {a.summary}
          </Link>
        ))}
      </div>
    </section>
  )
}
