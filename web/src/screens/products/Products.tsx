import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useMemo } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { DataTable } from '../../parts/DataTable'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { ListEnd } from '../../parts/ListEnd'
import { Shape } from '../../parts/Shapes'
import { useWords } from '../../words'
import { Files } from './Files'
import './words'
import '../../style/products.css'

const views = ['all', 'differing', 'files'] as const
type Search = { show?: string; find?: string }

const pageRows = 500
const enough = 100 // found rows after which a search waits for the person to ask for more

/** Products is the catalogue: what is known of products, and the files from which it is known. */
export function Products() {
  const t = useWords()
  const me = useMe()
  const go = useNavigate()
  const search = useSearch({ strict: false }) as Search
  const view = views.find((v) => v === search.show) ?? 'all'
  if (me.data && !me.may('read-goods'))
    return (
      <>
        <h1>{t('products.title')}</h1>
        <div className="empty">
          <p>{t('fault.noPermission')}</p>
        </div>
      </>
    )
  return (
    <>
      <div className="stack tight">
        <h1>{t('products.title')}</h1>
        <p className="quiet">{t('products.intro')}</p>
      </div>
      <fieldset className="picks no-print">
        <legend className="hidden">{t('products.viewsLabel')}</legend>
        {views.map((v) => (
          <button
            key={v}
            type="button"
            className="button small"
            aria-pressed={v === view}
            onClick={() => void go({ to: '/products', search: { ...search, show: v === 'all' ? '' : v } })}
          >
            {t(`products.views.${v}`)}
          </button>
        ))}
      </fieldset>
      {view === 'files' ? <Files /> : <List find={search.find ?? ''} differing={view === 'differing'} />}
    </>
  )
}

/** useProducts are the products that a search finds. One that finds little goes on by itself: the node looks through some thousands at a time. */
function useProducts(find: string, differing: boolean) {
  const query = { text: find || undefined, differing: differing || undefined, limit: pageRows }
  const q = useInfiniteQuery({
    queryKey: ['products', query],
    queryFn: ({ pageParam, signal }) =>
      of(api.GET('/api/v1/products', { params: { query: { ...query, after: pageParam || undefined } }, signal })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
  })
  const rows = useMemo(() => q.data?.pages.flatMap((p) => p.products ?? []) ?? [], [q.data])
  const goesOn = find !== '' && rows.length < enough && q.hasNextPage && !q.isError
  const { isFetching, fetchNextPage } = q
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  return { ...q, rows, goesOn, upTo: q.data?.pages.at(-1)?.next }
}

function List({ find, differing }: { find: string; differing: boolean }) {
  const t = useWords()
  const go = useNavigate()
  const q = useProducts(find, differing)
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const text = String(new FormData(e.currentTarget).get('find') ?? '').trim()
    void go({ to: '/products', search: { show: differing ? 'differing' : '', find: text } })
  }
  const { rows } = q
  return (
    <>
      <form className="row ends no-print" key={find} onSubmit={submit}>
        <div className="field wide-field">
          <label htmlFor="find">{t('products.search')}</label>
          <input
            id="find"
            name="find"
            type="search"
            defaultValue={find}
            maxLength={200}
            autoComplete="off"
            aria-describedby="find-hint"
          />
        </div>
        <button type="submit" className="button main">
          {t('products.find')}
        </button>
        <Export name="products" rows={rows} />
        <p className="quiet small all" id="find-hint">
          {t('products.searchHint')}
        </p>
      </form>
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.goesOn ? (
        <p className="quiet" role="status">
          {t('products.searching', { gtin: q.upTo })}
        </p>
      ) : null}
      {q.data && rows.length === 0 && !q.goesOn && !q.isError ? <None find={find} differing={differing} /> : null}
      {rows.length > 0 ? (
        <>
          <Table rows={rows} more={q.hasNextPage && !q.isFetching && !q.isError ? q.fetchNextPage : undefined} />
          <ListEnd count={rows.length} more={q.hasNextPage ? q.fetchNextPage : undefined} busy={q.isFetching} />
        </>
      ) : null}
    </>
  )
}

function Table({ rows, more }: { rows: Schemas['CatalogListed'][]; more?: () => unknown }) {
  const t = useWords()
  const field = (name: 'ndc' | 'strength' | 'form' | 'owner') => ({
    name,
    title: t(`products.fields.${name}`),
    cell: (r: Schemas['CatalogListed']) => <bdi title={r[name]}>{r[name]}</bdi>,
  })
  return (
    <DataTable
      label={t('products.title')}
      rows={rows}
      keyOf={(r) => r.gtin}
      more={more ? () => void more() : undefined}
      columns={[
        {
          name: 'name',
          title: t('products.fields.name'),
          width: 'minmax(10rem, 1fr)',
          cell: (r) => (
            <Link to="/products/$product" params={{ product: r.gtin }} title={r.name}>
              <bdi>{r.name || t('products.unnamed')}</bdi>
            </Link>
          ),
        },
        {
          name: 'differ',
          title: t('products.sources'),
          width: '9rem',
          cell: (r) =>
            r.open_conflicts > 0 ? (
              <span className="light tell small">
                <Shape word="tell" />
                {t('products.differ', { count: r.open_conflicts })}
              </span>
            ) : (
              <span className="quiet small">{t('products.agree')}</span>
            ),
        },
        { ...field('strength'), width: '6rem' },
        { ...field('form'), width: '7rem' },
        { name: 'gtin', title: 'GTIN', width: '9.5rem', cell: (r) => <span className="code">{r.gtin}</span> },
        { ...field('ndc'), width: '8.5rem' },
        { ...field('owner'), width: '10rem' },
      ]}
    />
  )
}

/** None says why no product is shown, and what to do first. */
function None({ find, differing }: { find: string; differing: boolean }) {
  const t = useWords()
  const me = useMe()
  const keeps = me.may('keep-catalogue')
  if (find)
    return (
      <div className="empty">
        <p>{t('products.none')}</p>
        <Link className="button" to="/products" search={{}}>
          {t('products.showAll')}
        </Link>
      </div>
    )
  return (
    <div className="empty">
      <p>{t(differing ? 'products.noDifference' : 'products.empty')}</p>
      {differing ? null : <p className="quiet">{t(keeps ? 'products.emptyHow' : 'products.emptyReader')}</p>}
      {keeps && !differing ? (
        <Link className="button main" to="/products" search={{ show: 'files' }}>
          {t('products.load')}
        </Link>
      ) : null}
    </div>
  )
}
