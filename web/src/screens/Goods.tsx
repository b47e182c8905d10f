import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { type FormEvent, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../api/client'
import { useMe } from '../app/me'
import { checkDigit } from '../app/recognise'
import { type Card, type Column, DataTable } from '../parts/DataTable'
import { Export } from '../parts/Export'
import { Fault, Skeleton } from '../parts/Fault'
import { ListEnd } from '../parts/ListEnd'
import { expiryOf, printedOf, unitOf } from '../parts/word'

/** Goods is what is on hand, by product and lot. */
export function Goods() {
  const { t, i18n } = useTranslation()
  const go = useNavigate()
  const { may } = useMe()
  const { gtin, lot, find } = useSearch({ strict: false }) as { gtin?: string; lot?: string; find?: string }
  const digits =
    find && /^\d{8,14}$/.test(find) && checkDigit(find.slice(0, -1)) === Number(find.at(-1))
      ? find.padStart(14, '0')
      : undefined
  const query = { gtin: gtin ?? digits, lot: lot ?? (find && !digits ? find : undefined), limit: 1000 }
  const q = useInfiniteQuery({
    queryKey: ['goods', query],
    queryFn: ({ pageParam }) =>
      of(api.GET('/api/v1/inventory', { params: { query: { ...query, cursor: pageParam || undefined } as never } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
  })
  const rows = useMemo(() => q.data?.pages.flatMap((p) => p.rows ?? []) ?? [], [q.data])
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    void go({
      to: '/goods',
      search: Object.fromEntries([...form.entries()].map(([k, v]) => [k, String(v).trim()]).filter(([, v]) => v)),
    })
  }
  // They stay the same from one page of rows to the next, so that no line is drawn anew.
  const { columns, card } = useMemo(() => shapeOf(t, i18n.language), [t, i18n.language])
  return (
    <>
      <div className="row spread">
        <h1>{t('nav.goods')}</h1>
        <Export name="goods" rows={rows} answer={rows} />
      </div>
      <form className="row no-print" key={`${query.gtin} ${query.lot}`} onSubmit={submit} style={{ alignItems: 'end' }}>
        <div className="field">
          <label htmlFor="gtin">{t('unit.gtin')}</label>
          <input
            id="gtin"
            name="gtin"
            defaultValue={query.gtin}
            inputMode="numeric"
            maxLength={14}
            autoComplete="off"
          />
        </div>
        <div className="field">
          <label htmlFor="lot">{t('unit.lot')}</label>
          <input id="lot" name="lot" defaultValue={query.lot} maxLength={20} autoComplete="off" />
        </div>
        <button type="submit" className="button">
          {t('module.apply')}
        </button>
        <button type="button" className="button bare" onClick={() => void go({ to: '/goods', search: {} })}>
          {t('module.reset')}
        </button>
        {query.gtin?.length === 14 ? (
          <Link className="button bare" to="/products/$product" params={{ product: query.gtin }}>
            {t('unit.product')}
          </Link>
        ) : null}
      </form>
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t('module.none')}</p>
          {find && may('read-ledger') ? (
            <p>
              <Link to="/ledger" search={{ find }}>
                {t('search.ledger', { find })}
              </Link>
            </p>
          ) : null}
        </div>
      ) : null}
      {rows.length > 0 ? (
        <>
          <DataTable
            label={t('nav.goods')}
            rows={rows}
            keyOf={(r) => r.path ?? ''}
            more={q.hasNextPage && !q.isFetchingNextPage && !q.isError ? () => void q.fetchNextPage() : undefined}
            lines={2}
            columns={columns}
            card={card}
          />
          <ListEnd count={rows.length} more={q.hasNextPage ? q.fetchNextPage : undefined} busy={q.isFetchingNextPage} />
        </>
      ) : null}
    </>
  )
}

type Row = Schemas['TraceInventoryRow']

/** shapeOf is how goods stand in the table: as on their label, the product by name where it is known. */
function shapeOf(t: TFunction, language: string): { columns: Column<Row>[]; card: Card<Row> } {
  const expiry = (r: Row) => expiryOf(r.expiry, language)
  const inside = (r: Row) => (r.inside ? `${t('journey.within')} ${printedOf(r.inside)}` : '')
  return {
    columns: [
      { name: 'product', title: t('unit.product'), width: 'minmax(12rem, 1.7fr)', cell: (r) => <Product row={r} /> },
      { name: 'number', title: t('unit.number'), width: 'minmax(12rem, 1.5fr)', cell: (r) => <Serial row={r} /> },
      {
        name: 'lot',
        title: t('unit.lot'),
        width: 'minmax(6rem, 1.2fr)',
        cell: (r) => <span className="code">{r.lot}</span>,
      },
      { name: 'expiry', title: t('unit.expiry'), width: '8.5rem', cell: expiry },
      {
        name: 'inside',
        title: t('journey.within'),
        width: 'minmax(9rem, 1.4fr)',
        cell: (r) => (r.inside ? <Two first={headOf(r.inside)} second={numberOf(r.inside)} /> : null),
      },
    ],
    card: {
      title: t('nav.goods'),
      lines: 5,
      cell: (r) => (
        <span className="lines">
          <span>{r.product || (r.gtin ? `GTIN ${r.gtin}` : '')}</span>
          <Serial row={r} />
          {r.product ? <span className="code quiet">{`GTIN ${r.gtin}`}</span> : null}
          <span>{[r.lot ? `${t('unit.lot')} ${r.lot}` : '', expiry(r)].filter(Boolean).join(' · ')}</span>
          <span className="quiet small">{inside(r)}</span>
        </span>
      ),
    },
  }
}

// What a label says before a container's number, and the number.
const headOf = (path: string) => (unitOf(path).sscc ? 'SSCC' : `GTIN ${unitOf(path).gtin ?? ''}`)
const numberOf = (path: string) => unitOf(path).sscc ?? unitOf(path).serial ?? path

function Two({ first, second }: { first: string; second: string }) {
  return (
    <span className="lines" title={`${first} ${second}`}>
      <span className="quiet small">{first}</span>
      <span className="code">{second}</span>
    </span>
  )
}

function Product({ row: r }: { row: Row }) {
  const { t } = useTranslation()
  const gtin = r.gtin ? `GTIN ${r.gtin}` : ''
  return (
    <span className="lines" title={r.product}>
      <span>{r.product || (gtin ? t('unit.unnamed') : '')}</span>
      <span className="quiet small code">{gtin}</span>
    </span>
  )
}

/** Serial is what one thing is told from another by, and leads to its journey. */
function Serial({ row: r }: { row: Row }) {
  const path = r.path ?? ''
  const unit = unitOf(path)
  return (
    <Link to="/journey" search={{ id: path }} className="code" title={printedOf(path)}>
      {unit.sscc ? `SSCC ${unit.sscc}` : unit.serial ? `SN ${unit.serial}` : path}
    </Link>
  )
}
