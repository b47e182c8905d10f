import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useId } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { Told } from '../../parts/Told'
import { readable, When } from '../../parts/When'
import { useWords } from '../../words'
import { type Said, useTold } from '../../words/told'
import './words'
import '../../style/documents.css'

const fields = ['lot', 'item', 'gtin', 'ndc', 'number', 'partner', 'from', 'to', 'way', 'asked_by'] as const
const ways = ['both', 'in', 'out'] as const
const heads = ['document', 'shipped', 'from', 'to', 'goods', 'outcome', 'print'] as const
type Asked = Partial<Record<(typeof fields)[number], string>>

/** Who asks for nothing in particular sees what was shipped in so many days. */
const daysAtFirst = 30
const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10)

/** Documents finds transaction data as an inspector asks for it, and gives the answer to read, to print or as a file. */
export function Documents() {
  const t = useWords()
  const search = useSearch({ strict: false }) as Asked
  const given = Object.fromEntries(fields.flatMap((f) => (search[f] ? [[f, search[f]]] : []))) as Asked
  const asked: Asked = Object.keys(given).length > 0 ? given : { from: day(daysAtFirst) }
  const q = useQuery({
    queryKey: ['documents', asked],
    queryFn: () => of(api.GET('/api/v1/documents/find', { params: { query: asked as never } })),
  })
  return (
    <>
      <div className="stack tight">
        <h1>{t('documents.title')}</h1>
        <p className="quiet">{t('documents.intro')}</p>
      </div>
      <Question key={JSON.stringify(asked)} asked={asked} />
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data ? <Answer answer={q.data} asked={asked} /> : null}
    </>
  )
}

function Question({ asked }: { asked: Asked }) {
  const t = useWords()
  const go = useNavigate()
  const id = useId()
  const find = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const typed = [...new FormData(e.currentTarget)].map(([k, v]) => [k, String(v).trim()])
    void go({
      to: '/documents',
      search: Object.fromEntries(typed.filter(([k, v]) => v && !(k === 'way' && v === 'both'))),
    })
  }
  return (
    <form className="stack tight no-print" onSubmit={find}>
      <div className="asking">
        {fields.map((f) => (
          <div key={f} className="field">
            <label htmlFor={id + f}>{t(`documents.fields.${f}`)}</label>
            {f === 'way' ? (
              <select id={id + f} name={f} defaultValue={asked.way ?? 'both'}>
                {ways.map((w) => (
                  <option key={w} value={w}>
                    {t(`documents.ways.${w}`)}
                  </option>
                ))}
              </select>
            ) : (
              <input
                id={id + f}
                name={f}
                type={f === 'from' || f === 'to' ? 'date' : 'text'}
                maxLength={255}
                defaultValue={asked[f]}
                autoComplete="off"
                aria-describedby={f === 'asked_by' ? `${id}hint` : undefined}
              />
            )}
          </div>
        ))}
      </div>
      <p id={`${id}hint`} className="quiet small">
        {t('documents.fields.asked_by')}: {t('documents.askedHint')}
      </p>
      <div className="row">
        <button type="submit" className="button main">
          {t('documents.find')}
        </button>
        <Link className="button" to="/documents">
          {t('documents.all', { count: daysAtFirst })}
        </Link>
      </div>
    </form>
  )
}

/** printed is the address of an answer, or of one document, in a form of the node's. */
const printed = (asked: Asked, form: string) =>
  `/api/v1/documents/find/print?${new URLSearchParams({ ...asked, form } as Record<string, string>)}`
const printedOne = (number: number, form: string) => `/api/v1/documents/${number}/print?form=${form}`

function Answer({ answer, asked }: { answer: Schemas['TiAnswer']; asked: Asked }) {
  const t = useWords()
  const rows = answer.rows ?? []
  const missing = answer.not_covered ?? []
  return (
    <>
      {rows.length === 0 ? (
        <div className="empty" role="status">
          <p>{t('documents.none')}</p>
        </div>
      ) : (
        <>
          <div className="row spread">
            <p role="status">{t('documents.found', { count: answer.documents, packs: answer.packages })}</p>
            <div className="row no-print">
              <a className="button main" href={printed(asked, 'html')} target="_blank" rel="noreferrer">
                {t('documents.printAll')}
              </a>
              <a className="button" href={printed(asked, 'pdf')} target="_blank" rel="noreferrer">
                {t('documents.pdf')}
              </a>
              <a className="button" href={printed(asked, 'csv')} download>
                {t('documents.csv')}
              </a>
            </div>
          </div>
          <Rows label={t('documents.table')} heads={heads.map((h) => t(`documents.heads.${h}`))}>
            {rows.map((r) => (
              <One key={r.number} row={r} />
            ))}
          </Rows>
        </>
      )}
      {missing.length > 0 ? (
        <section className="stack tight">
          <h2>{t('documents.notCovered')}</h2>
          <ul>
            {missing.map((text, i) => (
              <li key={text}>
                <Limit said={answer.limits?.[i]} text={text} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}

/** Limit is something that an answer can't speak of, with its day as people read it. */
function Limit({ said, text }: { said: Said | undefined; text: string }) {
  const told = useTold()(said, text)
  return <span lang={told.lang}>{readable(told.text)}</span>
}

function One({ row: r }: { row: Schemas['TiAnswerRow'] }) {
  const t = useWords()
  const [sale] = r.transactions ?? []
  const worries = [
    r.affirmed ? '' : t('documents.noStatement'),
    r.faults ? t('documents.faults', { count: r.faults }) : '',
    r.replaced_by ? t('documents.replaced', { number: r.replaced_by }) : '',
  ].filter(Boolean)
  return (
    <tr>
      <td>
        {t('documents.document', { number: r.number })}
        {sale?.po ? <span className="quiet small sub">{t('documents.order', { po: sale.po })}</span> : null}
      </td>
      <td>
        <When at={r.shipped} />
      </td>
      <td>{sale?.seller || r.seller || (r.sent ? '' : r.partner)}</td>
      <td>{sale?.buyer || r.buyer || (r.sent ? r.partner : '')}</td>
      <td>
        {(r.lots ?? []).map((l) => (
          <span key={`${l.gtin} ${l.lot}`}>
            {l.product || l.gtin}
            <span className="quiet small sub">{t('documents.lots', { lot: l.lot, count: l.packages ?? 0 })}</span>
          </span>
        ))}
      </td>
      <td>
        {r.outcome ? <Told said={r.became} text={r.outcome} /> : null}
        {worries.map((text) => (
          <span key={text} className="small sub">
            {text}
          </span>
        ))}
        {r.not_printed ? (
          <span className="small sub">
            <Told said={r.left} text={r.not_printed} />
          </span>
        ) : null}
      </td>
      <td className="no-print">
        <a
          href={printedOne(r.number, 'html')}
          target="_blank"
          rel="noreferrer"
          aria-label={t('documents.readOne', { number: r.number })}
        >
          {t('documents.read')}
        </a>{' '}
        ·{' '}
        <a
          href={printedOne(r.number, 'pdf')}
          target="_blank"
          rel="noreferrer"
          aria-label={t('documents.pdfOne', { number: r.number })}
        >
          PDF
        </a>
      </td>
    </tr>
  )
}
