import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { addressWith, upload, uploadFor } from '../../api/upload'
import { crowded, placeOf } from '../../parts/place'
import { Rows } from '../../parts/Rows'
import { Sent, useWork } from '../../parts/Sent'
import { save } from '../../parts/save'
import { langOfNode, useWords } from '../../words'
import { useLosses } from '../../words/told'

const forms = ['json', 'xml2.0', 'xml1.2', 'xml1.1'] as const
const styles = ['keep', 'urn', 'link'] as const

/** Convert writes a file in another form; what that form can't hold is named before. */
export function Convert({ file, lenient, form }: { file: File; lenient: boolean; form: string }) {
  const t = useWords()
  const [to, setTo] = useState<(typeof forms)[number]>(form === 'JSON' ? 'xml1.2' : 'json')
  const [ids, setIds] = useState<(typeof styles)[number]>('keep')
  const [asked, setAsked] = useState('')
  const losses = useWork<Schemas['ConvertedFile']>()
  const written = useWork<string>()
  const [prefixes, setPrefixes] = useState('')
  const [list, setList] = useState<File>()
  const urn = ids === 'urn'
  const prefix = urn
    ? prefixes
        .split(/[\s,;]+/)
        .filter(Boolean)
        .join()
    : ''
  const query = { name: file.name, to, ids, lenient, prefix }
  const now = `${file.name} ${file.lastModified} ${to} ${ids} ${lenient} ${prefix} ${urn && list?.name}`
  const body = () => {
    if (!urn || !list) return file
    const form = new FormData()
    form.set('prefixes', list)
    form.set('document', file)
    return form
  }
  const fits = asked === now
  return (
    <>
      <form
        className="row"
        style={{ alignItems: 'end' }}
        onSubmit={(e) => {
          e.preventDefault()
          setAsked(now)
          losses.run((s) => uploadFor(addressWith('/api/v1/files/losses', query), body(), s))
        }}
      >
        <div className="field">
          <label htmlFor="to">{t('file.to')}</label>
          <select id="to" value={to} onChange={(e) => setTo(e.target.value as typeof to)}>
            {forms.map((f) => (
              <option key={f} value={f}>
                {t(`file.forms.${f.replace('.', '_')}`)}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="ids">{t('file.ids')}</label>
          <select id="ids" value={ids} onChange={(e) => setIds(e.target.value as typeof ids)}>
            {styles.map((s) => (
              <option key={s} value={s}>
                {t(`file.styles.${s}`)}
              </option>
            ))}
          </select>
        </div>
        {urn ? (
          <>
            <div className="field">
              <label htmlFor="prefixes">{t('file.prefixes')}</label>
              <input
                id="prefixes"
                inputMode="numeric"
                autoComplete="off"
                value={prefixes}
                aria-describedby="prefixes-help"
                onChange={(e) => setPrefixes(e.target.value)}
              />
            </div>
            <div className="field">
              <label htmlFor="prefix-list">{t('file.prefixList')}</label>
              <input id="prefix-list" type="file" onChange={(e) => setList(e.target.files?.[0])} />
            </div>
          </>
        ) : null}
        <button
          type="submit"
          className={`button ${fits && losses.data ? '' : 'main'}`}
          disabled={losses.part !== undefined}
        >
          {t('file.look')}
        </button>
      </form>
      {urn ? (
        <p id="prefixes-help" className="quiet small">
          {t('file.prefixesHelp')}
        </p>
      ) : null}
      {fits ? <Sent work={losses} name={file.name} /> : null}
      {fits && losses.data ? (
        <>
          <div className="stack tight">
            <h2>{losses.data.losses === 0 ? t('file.lossless') : t('file.losses', { count: losses.data.losses })}</h2>
            <p className="quiet">{t('file.lossesOf', { events: losses.data.events })}</p>
          </div>
          {losses.data.losses > 0 ? <Losses of={losses.data} /> : null}
          <div className="row">
            <button
              type="button"
              className="button main"
              disabled={written.part !== undefined}
              onClick={() =>
                written.run(async (s) => {
                  const got = await upload(addressWith('/api/v1/files/convert', query), body(), s)
                  save(got.name, got.kind, got.content)
                  return got.name
                })
              }
            >
              {t('file.download')}
            </button>
            {written.data ? (
              <p role="status">
                {t('file.downloaded')} <code>{written.data}</code>
              </p>
            ) : null}
          </div>
          <Sent work={written} name={file.name} />
        </>
      ) : null}
    </>
  )
}

function Losses({ of }: { of: Schemas['ConvertedFile'] }) {
  const t = useWords()
  const lost = useLosses()
  const crowds = crowded((of.listed_losses ?? []).map((l) => l.where))
  return (
    <>
      <Rows long label={t('file.lost')} heads={[t('file.where'), t('file.field'), t('file.lost'), t('file.remedy')]}>
        {(of.listed_losses ?? []).map((l, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: losses have no number of their own and don't move
          <tr key={i}>
            <td>{placeOf(t, l.where, crowds)}</td>
            <td className="wide">
              <code>{l.field}</code>
            </td>
            <td className="wide">
              {lost(l.rule)?.text ?? <span lang={langOfNode()}>{l.text}</span>} <code className="quiet">{l.rule}</code>
            </td>
            <td className="wide">{lost(l.rule)?.next ?? <span lang={langOfNode()}>{l.remedy}</span>}</td>
          </tr>
        ))}
      </Rows>
      {of.unlisted > 0 ? <p className="quiet pad">{t('file.unlisted', { count: of.unlisted })}</p> : null}
    </>
  )
}
