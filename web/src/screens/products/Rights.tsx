import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { Rows } from '../../parts/Rows'
import { useWords } from '../../words'
import { AddRight } from './AddRight'
import { holding, type Kind, periods, shift, spans } from './periods'
import { type Facts, useDay } from './source'

const kinds = ['owner', 'packager'] as const

/** Rights are whose label the product is and who packs it, with the days: on a line of time, and in a table. */
export function Rights({ f }: { f: Facts }) {
  const t = useWords()
  const me = useMe()
  const list = f.rights ?? []
  return (
    <section className="stack tight sourced" aria-labelledby="rights">
      <h2 id="rights">{t('products.rights.title')}</h2>
      {list.length === 0 ? (
        <p className="quiet small">{t('products.rights.none')}</p>
      ) : (
        <>
          <Line f={f} />
          <Table f={f} />
        </>
      )}
      <Ledger f={f} />
      {me.may('keep-catalogue') ? <AddRight gtin={f.gtin} /> : null}
    </section>
  )
}

/** Line draws the periods, and the day that is shown. The table beneath says the same. */
function Line({ f }: { f: Facts }) {
  const t = useWords()
  const day = useDay()
  const list = f.rights ?? []
  const rows = kinds.map((kind) => ({ kind, of: periods(list, kind) })).filter((r) => r.of.length > 0)
  const from = rows.flatMap((r) => r.of.map((p) => p.from))
  const ends = rows.flatMap((r) => r.of.flatMap((p) => (p.to ? [p.to] : [p.from])))
  const first = [...from, f.on].sort()[0] as string
  const last = shift([...ends, f.on].sort().at(-1) as string, Math.max(30, daysBetween(first, f.on) / 10))
  const [mark] = spans([{ from: f.on, right: undefined as never }], first, last)
  return (
    <div className="times" aria-hidden="true">
      {rows.map((r) => (
        <div key={r.kind} className="times-row">
          <span className="quiet small">{t(`products.rights.kinds.${r.kind}`)}</span>
          <div className={`times-line ${r.kind}`}>
            {spans(r.of, first, last).map((s, i) => {
              const p = r.of[i]
              return (
                <div
                  key={`${p?.right.n} ${p?.from}`}
                  className={`times-bar ${p?.to ? '' : 'open'}`}
                  style={{ left: `${s.left * 100}%`, width: `${s.width * 100}%` }}
                  title={`${p?.right.who}, ${day(p?.from)}`}
                >
                  <bdi>{p?.right.who}</bdi>
                </div>
              )
            })}
            <div className="times-day" style={{ left: `${(mark?.left ?? 0) * 100}%` }} />
          </div>
        </div>
      ))}
      <div className="times-row quiet small">
        <span />
        <div className="row spread">
          <span>{day(first)}</span>
          <span>{day(last)}</span>
        </div>
      </div>
    </div>
  )
}

const daysBetween = (a: string, b: string) => (Date.parse(b) - Date.parse(a)) / 86_400_000

function Table({ f }: { f: Facts }) {
  const t = useWords()
  const day = useDay()
  const names = useNames()
  const list = f.rights ?? []
  const now = kinds.map((kind: Kind) => holding(list, kind, f.on)?.n)
  const heads = ['kind', 'who', 'from', 'to', 'number', 'ground', 'by']
  return (
    <Rows
      label={t('products.rights.table')}
      heads={heads.map((h) => t(h === 'from' || h === 'to' ? `products.${h}` : `products.rights.${h}`))}
    >
      {[...list]
        .sort((a, b) => b.from.localeCompare(a.from) || b.n - a.n)
        .map((r) => (
          <tr key={r.n}>
            <td>{t(`products.rights.kinds.${r.kind}`)}</td>
            <td className="wide">
              <bdi>{r.who}</bdi>
              {now.includes(r.n) ? <span className="chip proved still">{t('products.rights.onDay')}</span> : null}
            </td>
            <td>{day(r.from) || t('products.always')}</td>
            <td>{day(r.to) || <span className="quiet">{t('products.open')}</span>}</td>
            <td className="code">{r.number}</td>
            <td className="wide">
              <bdi>{r.ground}</bdi>
            </td>
            <td>{names.person(r.by)}</td>
          </tr>
        ))}
    </Rows>
  )
}

function Ledger({ f }: { f: Facts }) {
  const t = useWords()
  const list = f.ledger ?? []
  if (list.length === 0) return null
  return (
    <>
      <h3>{t('products.rights.ledger')}</h3>
      <p className="quiet small">{t('products.rights.ledgerHint')}</p>
      <Rows
        label={t('products.rights.ledger')}
        heads={['kind', 'member', 'number', 'height', 'heightTo'].map((h) => t(`products.rights.${h}`))}
      >
        {list.map((r) => (
          <tr key={`${r.org} ${r.kind} ${r.number} ${r.from_height}`}>
            <td>{t(`products.rights.kinds.${r.kind}`, { defaultValue: r.kind })}</td>
            <td>
              <bdi>{r.name || r.org}</bdi>
            </td>
            <td className="code">{r.number}</td>
            <td className="number">{r.from_height}</td>
            <td className="number">{r.to_height ?? t('products.open')}</td>
          </tr>
        ))}
      </Rows>
    </>
  )
}
