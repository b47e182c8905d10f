import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Drop } from '../../parts/Drop'
import { Fault } from '../../parts/Fault'
import { useWork, type Work } from '../../parts/Sent'
import { when } from '../../parts/When'
import { guessed, type Wrong } from './kind'

type Loading = Schemas['CatalogLoading']
type Chosen = { file: File; zip: boolean }
const headBytes = 8

/** Give takes a file of products, asks whose it is, and sends it. The node then goes on by itself. */
export function Give() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<Chosen>()
  const [wrong, setWrong] = useState<Wrong>()
  const work = useWork<Loading>()
  const take = async (file: File | undefined) => {
    if (!file) return
    work.stop()
    const guess = guessed(file.name, new Uint8Array(await file.slice(0, headBytes).arrayBuffer()))
    setWrong('wrong' in guess ? guess.wrong : undefined)
    setChosen('wrong' in guess ? undefined : { file, zip: guess.kind === 'ndc-directory' })
  }
  const load = (query: Record<string, string>) => {
    if (!chosen) return
    const { file } = chosen
    work.run(async (s) => {
      const l = await uploadFor<Loading>(addressWith('/api/v1/products/loads', query), file, s)
      setChosen(undefined)
      await queries.invalidateQueries({ queryKey: ['products'] })
      return l
    })
  }
  return (
    <section className="stack tight no-print">
      {work.part === undefined ? (
        <Drop
          chosen={chosen !== undefined}
          name={chosen?.file.name ?? t('products.files.drop')}
          hint={t(chosen && !chosen.zip ? 'products.files.columns' : 'products.files.kindsOf')}
          choose={t(chosen ? 'products.files.another' : 'products.files.choose')}
          take={take}
        />
      ) : null}
      {wrong ? (
        <p className="notice" role="alert">
          {t(`products.files.wrong.${wrong}`)}
        </p>
      ) : null}
      {chosen && work.part === undefined ? (
        <Whose
          key={`${chosen.file.name} ${chosen.file.size}`}
          zip={chosen.zip}
          load={load}
          leave={() => setChosen(undefined)}
        />
      ) : null}
      <Sending work={work} name={chosen?.file.name ?? ''} />
      {work.data?.load.again ? (
        <p className="notice" role="status">
          {t('products.files.again', { when: when(work.data.load.loaded) })}
        </p>
      ) : null}
    </section>
  )
}

/** Whose asks whose a file is, and of which day. */
function Whose({
  zip,
  load,
  leave,
}: {
  zip: boolean
  load: (query: Record<string, string>) => void
  leave: () => void
}) {
  const { t } = useTranslation()
  const kinds = zip ? (['ndc-directory'] as const) : (['own', 'list'] as const)
  const [kind, setKind] = useState<string>(kinds[0])
  const today = new Date().toISOString().slice(0, 10)
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    load({
      kind,
      name: kind === 'list' ? String(form.get('name') ?? '').trim() : '',
      as_of: String(form.get('as_of') ?? ''),
    })
  }
  return (
    <form className="card stack tight" onSubmit={submit}>
      <fieldset className="reasons">
        <legend>{t('products.files.whose')}</legend>
        {kinds.map((k) => (
          <label key={k}>
            <input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} />
            {t(`products.files.kind.${k}`)}
          </label>
        ))}
      </fieldset>
      <div className="row ends">
        {kind === 'list' ? (
          <div className="field wide-field">
            <label htmlFor="list-name">{t('products.files.name')}</label>
            <input
              id="list-name"
              name="name"
              required
              maxLength={200}
              aria-describedby="list-hint"
              autoComplete="off"
            />
          </div>
        ) : null}
        <div className="field">
          <label htmlFor="as-of">{t('products.files.asOf')}</label>
          <input id="as-of" name="as_of" type="date" required defaultValue={today} max={today} />
        </div>
        <button type="submit" className="button main">
          {t('products.files.start')}
        </button>
        <button type="button" className="button bare" onClick={leave}>
          {t('products.files.not')}
        </button>
      </div>
      {kind === 'list' ? (
        <p className="quiet small" id="list-hint">
          {t('products.files.nameHint')}
        </p>
      ) : null}
    </form>
  )
}

function Sending({ work, name }: { work: Work<Loading>; name: string }) {
  const { t } = useTranslation()
  if (work.part !== undefined) {
    const percent = Math.floor(work.part * 100)
    const title = t('products.files.sending', { name })
    return (
      <div className="card stack tight" role="status">
        <p className="drop-name">
          <bdi>{title}</bdi>
        </p>
        <progress max={100} value={work.part < 1 ? percent : undefined} aria-label={title} />
        <div className="row spread">
          <span className="quiet">
            {work.part < 1 ? t('products.files.sent', { percent }) : t('products.files.reading')}
          </span>
          {work.part < 1 ? (
            <button type="button" className="button" onClick={work.stop}>
              {t('products.files.cancel')}
            </button>
          ) : null}
        </div>
      </div>
    )
  }
  if (work.error) return <Fault error={work.error} again={work.again} />
  return work.stopped ? (
    <p className="quiet" role="status">
      {t('products.files.stopped')}
    </p>
  ) : null
}
