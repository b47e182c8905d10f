import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { api, of, Refused } from '../../api/client'
import { useMe } from '../../app/me'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { Copy } from '../../parts/Unit'
import { useWords } from '../../words'
import { Conflicts } from './Conflicts'
import { Duty } from './Duty'
import { Edit } from './Edit'
import { Rights } from './Rights'
import { type Facts, useDay } from './source'
import { Values } from './Values'
import './words'
import '../../style/cases.css'
import '../../style/products.css'

/** Product is one product on a day: what holds, who says so, where sources differ, whose label it is, and whether the law's duty holds. */
export function Product() {
  const t = useWords()
  const me = useMe()
  const { product } = useParams({ strict: false }) as { product: string }
  const { on } = useSearch({ strict: false }) as { on?: string }
  const q = useQuery({
    queryKey: ['product', product, on ?? ''],
    queryFn: () => of(api.GET('/api/v1/products/{product}', { params: { path: { product }, query: { on } } })),
    placeholderData: (before) => (before?.gtin === product ? before : undefined), // another day of the same product
  })
  const back = (
    <nav className="small no-print" aria-label={t('products.title')}>
      <Link to="/products">{t('products.title')}</Link>
    </nav>
  )
  if (q.isError && !q.isPlaceholderData) {
    if (q.error instanceof Refused && q.error.status === 404)
      return (
        <>
          {back}
          <h1>{t('products.unnamed')}</h1>
          <div className="empty">
            <p className="wrap">{t('products.unknown', { product })}</p>
            <p className="quiet">{t(me.may('keep-catalogue') ? 'products.unknownHow' : 'products.unknownReader')}</p>
          </div>
          {me.may('keep-catalogue') ? <Edit product={product} values={[]} /> : null}
        </>
      )
    return (
      <>
        {back}
        <Fault error={q.error} again={() => void q.refetch()} />
      </>
    )
  }
  if (!q.data) return <Skeleton lines={10} />
  const f = q.data
  return (
    <>
      {back}
      <Head f={f} on={on} product={product} />
      <div className="casepage">
        <div className="stack">
          <Values f={f} />
          <Conflicts f={f} />
          <Rights f={f} />
        </div>
        <div className="stack">
          <Duty f={f} />
          <Here gtin={f.gtin} />
        </div>
      </div>
    </>
  )
}

function Head({ f, on, product }: { f: Facts; on?: string; product: string }) {
  const t = useWords()
  const go = useNavigate()
  const day = useDay()
  const to = (next: string) =>
    void go({ to: '/products/$product', params: { product }, search: { on: next }, replace: true })
  return (
    <>
      <div className="row spread">
        <div className="stack tight">
          <h1 className="wrap">
            <bdi>{[f.name || t('products.unnamed'), f.strength].filter(Boolean).join(' ')}</bdi>
          </h1>
          <p className="quiet">
            GTIN <span className="code">{f.gtin}</span> <Copy text={f.gtin} />
            {f.ndc ? (
              <>
                {' '}
                · NDC <bdi className="code">{f.ndc}</bdi>
              </>
            ) : null}
            {f.form ? <bdi> · {f.form}</bdi> : null}
          </p>
        </div>
        <Export name={`product-${f.gtin}`} rows={rowsOf(f)} answer={f} />
      </div>
      <div className="row ends no-print">
        <div className="field">
          <label htmlFor="on">{t('products.day')}</label>
          <input
            key={on}
            id="on"
            type="date"
            defaultValue={on ?? f.on}
            aria-describedby="on-hint"
            onChange={(e) => e.target.validity.valid && e.target.value && to(e.target.value)}
          />
        </div>
        {on ? (
          <button type="button" className="button" onClick={() => to('')}>
            {t('products.today')}
          </button>
        ) : null}
        <p className="quiet small all" id="on-hint">
          {t('products.dayHint')}
        </p>
      </div>
      <p className="print-only">
        {t('products.day')} {day(f.on)}
      </p>
    </>
  )
}

// rowsOf is all that sources say of a product as rows of a table.
const rowsOf = (f: Facts) =>
  (f.values ?? []).flatMap(({ others, field, ...shown }) =>
    [shown, ...(others ?? [])].map((s, i) => ({
      gtin: f.gtin,
      on: f.on,
      field,
      value: s.value,
      shown: i === 0,
      source: s.source.kind,
      who: s.source.who ?? '',
      as_of: s.source.as_of ?? '',
      from: s.from ?? '',
      to: s.to ?? '',
    })),
  )

const countMost = 1000

/** Here is how many packs of the product are on hand. */
function Here({ gtin }: { gtin: string }) {
  const t = useWords()
  const q = useQuery({
    queryKey: ['goods', 'count', gtin],
    queryFn: () =>
      of(
        api.GET('/api/v1/inventory', {
          params: { query: { gtin, kind: 'pack', status: 'on-hand', limit: countMost } },
        }),
      ),
  })
  const rows = q.data?.rows?.length ?? 0
  return (
    <section className="card stack tight" aria-labelledby="here">
      <h2 id="here">{t('products.here')}</h2>
      {q.isPending ? <Skeleton lines={1} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data ? (
        <p className="figure">
          {rows}
          {q.data.next ? '+' : ''}
        </p>
      ) : null}
      <Link className="no-print" to="/goods" search={{ gtin }}>
        {t('products.seeGoods')}
      </Link>
    </section>
  )
}
