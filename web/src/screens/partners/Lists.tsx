import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { raw, type Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { SaveCsv } from '../../parts/SaveCsv'
import { Sent, useWork } from '../../parts/Sent'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { dayOf } from './Authority'
import { useLists } from './book'

const today = () => new Date().toISOString().slice(0, 10)

/** Lists are the licence lists that were loaded, each with the day that it is of, and the form to load one more. */
export function Lists() {
  const t = useWords()
  const me = useMe()
  const q = useLists()
  const list = q.data ?? []
  return (
    <>
      <div className="row spread">
        <p className="quiet">{t('partners.list.intro')}</p>
        <SaveCsv
          file="licence-lists.csv"
          columns={['id', 'source', 'kind', 'role', 'place', 'as_of', 'until', 'loaded', 'rows', 'bad']}
          rows={list}
        />
      </div>
      {me.may('keep-partners') ? <Load sources={[...new Set(list.map((l) => l.source))].sort()} /> : null}
      {q.isPending ? <Skeleton lines={4} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && list.length === 0 ? (
        <div className="empty">
          <p>{t('partners.list.none')}</p>
        </div>
      ) : null}
      {list.length > 0 ? <Table list={list} /> : null}
    </>
  )
}

function Table({ list }: { list: Schemas['PartnerList'][] }) {
  const t = useWords()
  const heads = ['source', 'kind', 'about', 'asOf', 'until', 'rows', 'loaded'].map((h) => t(`partners.list.${h}`))
  return (
    <Rows label={t('partners.tabs.lists')} heads={heads} long>
      {list.map((l) => (
        <tr key={l.id}>
          <td className="code">{l.source}</td>
          <td>{t(`partners.kinds.${l.kind}`, { defaultValue: l.kind ?? '' })}</td>
          <td>{[t(`partners.roles.${l.role}`, { defaultValue: l.role ?? '' }), l.place].filter(Boolean).join(', ')}</td>
          <td>{dayOf(l.as_of)}</td>
          <td>
            {dayOf(l.until)}
            {l.until && l.until < today() ? <span className="light tell small"> {t('partners.list.old')}</span> : null}
          </td>
          <td>
            {l.rows}
            {l.bad > 0 ? <span className="quiet small"> · {t('partners.list.bad', { count: l.bad })}</span> : null}
          </td>
          <td>
            <When at={l.loaded} />
          </td>
        </tr>
      ))}
    </Rows>
  )
}

/** Load sends a list's file, and its mapping first where it is new; it can be stopped, and then nothing of it counts. */
function Load({ sources }: { sources: string[] }) {
  const t = useWords()
  const queries = useQueryClient()
  const work = useWork<Schemas['PartnerList']>()
  const [source, setSource] = useState('')
  const [name, setName] = useState('')
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    const file = form.get('file') as File
    const mapping = form.get('mapping') as File | null
    const asOf = String(form.get('day') ?? '')
    setName(file.name)
    work.run(async (sending) => {
      const of = mapping
        ? ((await raw('POST', '/api/v1/partners/mappings', parsed(await mapping.text()))) as { source: string }).source
        : source
      const at = addressWith('/api/v1/partners/lists', { source: of, as_of: asOf })
      const loaded = await uploadFor<Schemas['PartnerList']>(at, file, sending)
      await Promise.all([['licencelists'], ['standings']].map((queryKey) => queries.invalidateQueries({ queryKey })))
      return loaded
    })
  }
  return (
    <details className="card no-print">
      <summary>{t('partners.list.load')}</summary>
      <form className="stack tight narrow" aria-label={t('partners.list.load')} onSubmit={submit}>
        <div className="field">
          <label htmlFor="list-source">{t('partners.list.which')}</label>
          <select id="list-source" value={source} onChange={(e) => setSource(e.target.value)}>
            <option value="">{t('partners.list.other')}</option>
            {sources.map((s) => (
              <option key={s} value={s}>
                {s}
              </option>
            ))}
          </select>
        </div>
        {source === '' ? (
          <div className="field">
            <label htmlFor="list-mapping">{t('partners.list.mapping')}</label>
            <input
              id="list-mapping"
              name="mapping"
              type="file"
              accept=".json,application/json"
              required
              aria-describedby="list-mapping-hint"
            />
            <p className="quiet small" id="list-mapping-hint">
              {t('partners.list.mappingHint')}
            </p>
          </div>
        ) : null}
        <div className="field">
          <label htmlFor="list-file">{t('partners.list.file')}</label>
          <input id="list-file" name="file" type="file" required />
        </div>
        <div className="field">
          <label htmlFor="list-day">{t('partners.list.day')}</label>
          <input id="list-day" name="day" type="date" required defaultValue={today()} />
        </div>
        <div className="row">
          <button type="submit" className="button main" disabled={work.part !== undefined}>
            {t('partners.list.act')}
          </button>
        </div>
      </form>
      <Sent work={work} name={name} />
      {work.data ? <Loaded l={work.data} /> : null}
    </details>
  )
}

// A mapping that is no JSON goes to the node as it is, which says what is wrong with it.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function Loaded({ l }: { l: Schemas['PartnerList'] }) {
  const t = useWords()
  const say = { source: l.source, day: dayOf(l.as_of), rows: l.rows }
  return (
    <div className="stack tight" role="status">
      <p>
        <strong>{t(l.again ? 'partners.list.again' : 'partners.list.done', say)}</strong>{' '}
        {l.bad > 0 ? t('partners.list.bad', { count: l.bad }) : ''}
      </p>
      {(l.lines ?? []).length > 0 ? (
        <ul>
          {(l.lines ?? []).map((b) => (
            <li key={b.line}>{t('partners.list.line', { line: b.line, text: b.text })}</li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
