import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of } from '../api/client'
import { checkDigit } from '../app/recognise'
import { DataTable } from '../parts/DataTable'
import { Export } from '../parts/Export'
import { Fault, Skeleton } from '../parts/Fault'
import { expiryOf } from '../parts/word'

/** Goods is what is on hand, by product and lot. */
export function Goods() {
  const { t, i18n } = useTranslation()
  const go = useNavigate()
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
        </div>
      ) : null}
      {rows.length > 0 ? (
        <>
          <DataTable
            label={t('nav.goods')}
            rows={rows}
            keyOf={(r) => r.path ?? ''}
            more={q.hasNextPage && !q.isFetchingNextPage && !q.isError ? () => void q.fetchNextPage() : undefined}
            columns={[
              {
                name: 'path',
                title: t('unit.pack'),
                width: 'minmax(24rem, 2fr)',
                cell: (r) => (
                  <Link to="/journey" search={{ id: r.path ?? '' }} className="code">
                    {r.path}
                  </Link>
                ),
              },
              { name: 'lot', title: t('unit.lot'), cell: (r) => r.lot },
              { name: 'expiry', title: t('unit.expiry'), cell: (r) => expiryOf(r.expiry, i18n.language) },
              {
                name: 'inside',
                title: t('journey.within'),
                width: 'minmax(14rem, 1fr)',
                cell: (r) => <span className="code">{r.inside}</span>,
              },
            ]}
          />
          <div className="row spread">
            <p className="quiet" role="status">
              {t('module.rows', { count: rows.length })}
            </p>
            {q.hasNextPage ? (
              <button
                type="button"
                className="button"
                disabled={q.isFetchingNextPage}
                onClick={() => void q.fetchNextPage()}
              >
                {t('module.more')}
              </button>
            ) : null}
          </div>
        </>
      ) : null}
    </>
  )
}
