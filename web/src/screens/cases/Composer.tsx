import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, of } from '../../api/client'
import { useKept } from '../../app/kept'
import { useNames } from '../../app/names'
import { Fault, Skeleton } from '../../parts/Fault'
import { Copy } from '../../parts/Unit'
import { useWords } from '../../words'
import { useAct, Words } from './Acts'
import { AskOptions, type Detail, resolutions } from './terms'

/** Composer is the message to the partner: written ready, read and changed before it goes. With accept it takes what the
 * partner offers; again, it only asks once more. */
export function Composer({ c, accept, again }: { c: Detail; accept?: boolean; again?: boolean }) {
  const t = useWords()
  const names = useNames()
  const partner = names.partner(c.partner, c.org) || t('cases.them')
  const words = useKept(`case.${c.id}.words`)
  const [ask, setAsk] = useState('')
  const wish = resolutions.find((r) => r === ask)
  const q = useQuery({
    queryKey: ['draft', c.id, accept, ask],
    queryFn: () =>
      of(api.GET('/api/v1/cases/{id}/draft', { params: { path: { id: c.id }, query: { accept, ask: wish } } })),
  })
  const send = useAct(
    c.id,
    () =>
      of(
        api.POST('/api/v1/cases/{id}/messages', {
          params: { path: { id: c.id } },
          body: { accept, ask: wish, words: words.text.trim() || undefined },
        }),
      ),
    () => {
      if (q.data?.way !== 'hand') words.taken() // the e-mail begins with them
    },
  )
  const d = q.data
  const says = again ? words.text.trim() !== '' : true
  return (
    <div className="stack tight composer">
      <h3>{t(again ? 'cases.composer.again' : 'cases.composer.title', { partner })}</h3>
      {q.isPending ? <Skeleton lines={3} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {d ? (
        <>
          <p className="quiet small">
            {t(`cases.composer.${d.way}`)} {d.items === 0 ? t('cases.composer.told') : ''}
          </p>
          {d.items > 0 && !accept ? (
            <div className="field">
              <label htmlFor="ask">{t('cases.composer.asked')}</label>
              <select id="ask" value={ask} onChange={(e) => setAsk(e.target.value)}>
                <option value="">{t('cases.ask.as_it_is')}</option>
                <AskOptions />
              </select>
            </div>
          ) : null}
          <Words id="words" label={t('cases.composer.words')} hint={t('cases.composer.wordsHint')} kept={words} />
          {d.items > 0 ? (
            <>
              <h4 className="small">{t('cases.composer.reads')}</h4>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
              <pre tabIndex={0} className="letter">
                {words.text.trim() ? `${words.text.trim()}\n\n` : ''}
                {d.text}
              </pre>
              <details>
                <summary className="small">{t('cases.composer.program')}</summary>
                {(d.messages ?? []).map((m) => (
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
                  <pre tabIndex={0} key={m}>
                    {pretty(m, words.text.trim())}
                  </pre>
                ))}
              </details>
            </>
          ) : null}
          <div className="row">
            <button
              type="button"
              className="button main"
              disabled={send.isPending || !says}
              onClick={() => send.mutate(undefined)}
            >
              {t(accept ? 'cases.acts.takeOffer' : d.way === 'hand' ? 'cases.acts.write' : 'cases.acts.tell')}
            </button>
          </div>
        </>
      ) : null}
      {send.isError ? <Fault error={send.error} /> : null}
    </div>
  )
}

// The person's words go where the message has what is said in words.
function pretty(message: string, words: string): string {
  try {
    const m = JSON.parse(message) as { other_errors?: string[] }
    if (words) m.other_errors = [...(m.other_errors ?? []), words]
    return JSON.stringify(m, null, 2)
  } catch {
    return message
  }
}

/** Letter is the e-mail by which a person sends what is written, and the note that it went. */
export function Letter({ c }: { c: Detail }) {
  const t = useWords()
  const words = useKept(`case.${c.id}.words`)
  const q = useQuery({
    queryKey: ['letter', c.id, c.changed],
    queryFn: () => of(api.GET('/api/v1/cases/{id}/letter', { params: { path: { id: c.id } } })),
  })
  const first = q.data ? (words.text.trim() ? `${words.text.trim()}\n\n${q.data.text}` : q.data.text) : ''
  const text = useKept(`case.${c.id}.letter`, first)
  const how = useKept(`case.${c.id}.how`, t('cases.letter.howFirst'))
  const sent = useAct(
    c.id,
    () =>
      of(
        api.POST('/api/v1/cases/{id}/sent', {
          params: { path: { id: c.id } },
          body: { how: [how.text.trim(), q.data?.to].filter(Boolean).join(': ') },
        }),
      ),
    () => {
      words.taken()
      text.taken()
      how.taken()
    },
  )
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data) return <Skeleton lines={4} />
  const l = q.data
  const mail = `mailto:${encodeURIComponent(l.to ?? '')}?subject=${encodeURIComponent(l.subject)}&body=${encodeURIComponent(text.text)}`
  return (
    <div className="stack tight composer">
      <dl className="facts">
        <dt>{t('cases.letter.to')}</dt>
        <dd>{l.to || t('cases.composer.noAddress')}</dd>
        <dt>{t('cases.letter.subject')}</dt>
        <dd>{l.subject}</dd>
      </dl>
      <div className="field">
        <label htmlFor="letter">{t('cases.letter.text')}</label>
        <textarea id="letter" rows={10} value={text.text} onChange={(e) => text.set(e.target.value)} />
      </div>
      <div className="row">
        {(l.attach ?? []).map((uuid) => (
          <a
            key={uuid}
            className="button"
            href={`/api/v1/cases/${encodeURIComponent(c.id)}/messages/${encodeURIComponent(uuid)}`}
            download={`exception-${uuid}.json`}
          >
            {t('cases.acts.attach')}
          </a>
        ))}
        <a className="button" href={mail}>
          {t('cases.acts.open')}
        </a>
        <Copy text={`${l.subject}\n\n${text.text}`} />
      </div>
      <div className="field">
        <label htmlFor="how">{t('cases.letter.how')}</label>
        <input id="how" maxLength={200} value={how.text} onChange={(e) => how.set(e.target.value)} />
      </div>
      <div className="row">
        <button
          type="button"
          className="button main"
          disabled={sent.isPending || how.text.trim() === ''}
          onClick={() => sent.mutate(undefined)}
        >
          {t('cases.acts.sent')}
        </button>
      </div>
      {sent.isError ? <Fault error={sent.error} /> : null}
    </div>
  )
}
