import { useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useKept } from '../../app/kept'
import { useNames } from '../../app/names'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { useAct, Words } from './Acts'
import { Name } from './Goods'
import { AskOptions, askKey, type Detail } from './terms'

type Choice = { how: '' | 'accept' | 'reject' | 'instead'; offer?: string; comment?: string }
const eachMost = 50

/** Answer is what this side says to a partner's case: to all of it, or to each thing. It is kept until it was sent. */
export function Answer({ c }: { c: Detail }) {
  const t = useWords()
  const names = useNames()
  const partner = names.partner(c.partner, c.org) || t('cases.them')
  const open = (c.things ?? []).filter((i) => i.state === 'asked')
  const kept = useKept(`case.${c.id}.answer`, '{}')
  const notes = useKept(`case.${c.id}.answernotes`)
  const choices = parsed(kept.text)
  const [each, setEach] = useState(open.length === 1 || Object.keys(choices).some((k) => k !== 'all'))
  const set = (key: string, change: Choice) => kept.set(JSON.stringify({ ...choices, [key]: change }))
  const keys = each ? open.slice(0, eachMost).map((i) => i.uuid ?? '') : ['all']
  const ready =
    keys.some((k) => choices[k]?.how) &&
    keys.every((k) => choices[k]?.how !== 'instead' || (choices[k]?.offer ?? '') !== '')
  const send = useAct(
    c.id,
    () =>
      of(
        api.POST('/api/v1/cases/{id}/answers', {
          params: { path: { id: c.id } },
          body: {
            notes: notes.text.trim() || undefined,
            items: keys.flatMap((k) => reply(k, choices[k])),
          },
        }),
      ),
    () => {
      kept.taken()
      notes.taken()
    },
  )
  return (
    <div className="stack">
      <h3>{t('cases.answer.title', { partner })}</h3>
      {open.length > 1 ? (
        <fieldset className="picks">
          <legend className="hidden">{t('cases.answer.all')}</legend>
          <button type="button" className="button small" aria-pressed={!each} onClick={() => setEach(false)}>
            {t('cases.answer.all')}
          </button>
          <button type="button" className="button small" aria-pressed={each} onClick={() => setEach(true)}>
            {t('cases.answer.each')}
          </button>
        </fieldset>
      ) : null}
      {each ? (
        open.slice(0, eachMost).map((i) => (
          <div key={i.uuid} className="stack tight">
            <p>
              <Name i={i} /> · {t('cases.asksFor')}: {i.resolution ? t(askKey(i.resolution)) : ''}
            </p>
            <OneChoice id={i.uuid ?? ''} choice={choices[i.uuid ?? '']} set={(v) => set(i.uuid ?? '', v)} />
          </div>
        ))
      ) : (
        <OneChoice id="all" choice={choices.all} set={(v) => set('all', v)} />
      )}
      <Words id="notes" label={t('cases.answer.notes')} kept={notes} rows={2} />
      <div className="row">
        <button
          type="button"
          className="button main"
          disabled={send.isPending || !ready}
          onClick={() => send.mutate(undefined)}
        >
          {t('cases.acts.answer')}
        </button>
        {ready ? null : <span className="quiet small">{t('cases.answer.none')}</span>}
      </div>
      {send.isError ? <Fault error={send.error} /> : null}
    </div>
  )
}

function parsed(text: string): Record<string, Choice> {
  try {
    return JSON.parse(text) as Record<string, Choice>
  } catch {
    return {}
  }
}

function reply(key: string, choice: Choice | undefined): Schemas['CaseReplyItem'][] {
  if (!choice?.how) return []
  return [
    {
      item: key === 'all' ? undefined : key,
      accept: choice.how === 'accept',
      alternative: choice.how === 'instead' ? choice.offer : undefined,
      comment: choice.comment?.trim() || undefined,
    },
  ]
}

function OneChoice({ id, choice, set }: { id: string; choice: Choice | undefined; set: (c: Choice) => void }) {
  const t = useWords()
  const now = choice ?? { how: '' }
  return (
    <div className="stack tight">
      <fieldset className="reasons">
        <legend className="hidden">{t('cases.answer.none')}</legend>
        {(['accept', 'reject', 'instead'] as const).map((how) => (
          <label key={how}>
            <input type="radio" name={`answer-${id}`} checked={now.how === how} onChange={() => set({ ...now, how })} />
            {t(`cases.acts.${how}`)}
          </label>
        ))}
      </fieldset>
      {now.how === 'instead' ? (
        <div className="field">
          <label htmlFor={`offer-${id}`}>{t('cases.answer.instead')}</label>
          <select id={`offer-${id}`} value={now.offer ?? ''} onChange={(e) => set({ ...now, offer: e.target.value })}>
            <option value="">{t('module.choose')}</option>
            <AskOptions />
          </select>
        </div>
      ) : null}
      {now.how ? (
        <div className="field">
          <label htmlFor={`comment-${id}`}>{t('cases.answer.comment')}</label>
          <input
            id={`comment-${id}`}
            maxLength={2000}
            value={now.comment ?? ''}
            onChange={(e) => set({ ...now, comment: e.target.value })}
          />
        </div>
      ) : null}
    </div>
  )
}
