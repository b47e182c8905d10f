import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { raw, type Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Sent, useWork } from '../../parts/Sent'
import { useWords } from '../../words'
import { dayOf } from './Authority'

/** GiveList sends a list's file, and its mapping first where it is new. The node then loads it by itself. */
export function GiveList({ sources }: { sources: string[] }) {
  const t = useWords()
  const queries = useQueryClient()
  const work = useWork<Schemas['PartnerLoading']>()
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
      const at = addressWith('/api/v1/partners/lists/loads', { source: of, as_of: asOf })
      const l = await uploadFor<Schemas['PartnerLoading']>(at, file, sending)
      await queries.invalidateQueries({ queryKey: ['listloads'] })
      if (l.job) await queries.invalidateQueries({ queryKey: ['listload', l.job] })
      return l
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
          <input id="list-day" name="day" type="date" required defaultValue={new Date().toISOString().slice(0, 10)} />
        </div>
        <div className="row">
          <button type="submit" className="button main" disabled={work.part !== undefined}>
            {t('partners.list.act')}
          </button>
        </div>
      </form>
      <Sent work={work} name={name} all />
      {work.data?.list.again ? (
        <p className="notice" role="status">
          {t('partners.list.again', { source: work.data.list.source, day: dayOf(work.data.list.as_of) })}
        </p>
      ) : null}
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
