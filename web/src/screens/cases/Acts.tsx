import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, of } from '../../api/client'
import { useKept } from '../../app/kept'
import { useMe } from '../../app/me'
import { useColleagues, useNames, usePartners } from '../../app/names'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { Told } from '../../parts/Told'
import { langOfNode, useWords } from '../../words'
import { Answer } from './Answer'
import { Composer, Letter } from './Composer'
import { type Detail, stepKey } from './terms'

/** useAct does something to a case, and shows the case as it is then. */
export function useAct<T>(id: string, send: (given: T) => Promise<unknown>, done?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      done?.()
      await Promise.all(
        [['case', id], ['cases'], ['work'], ['draft', id]].map((queryKey) => queries.invalidateQueries({ queryKey })),
      )
    },
  })
}

/** Acts are what this person can do about a case now: the next step first. */
export function Acts({ c }: { c: Detail }) {
  const t = useWords()
  return (
    <section className="card stack nextstep no-print" aria-labelledby="next">
      <div className="stack tight">
        <h2 id="next">{t(stepKey(c))}</h2>
        {c.turn !== 'nobody' ? (
          <p className="quiet small">
            {t(c.turn === 'ours' ? 'cases.oursTurn' : 'cases.theirsTurn')}{' '}
            {c.overdue && c.turn === 'theirs' ? t('cases.lateTheirs') : ''}
          </p>
        ) : null}
      </div>
      <Now c={c} />
      <Owner c={c} />
      <More c={c} />
    </section>
  )
}

/** Now is the form of the next step. */
function Now({ c }: { c: Detail }): ReactNode {
  switch (c.step) {
    case 'name-partner':
      return <NamePartner c={c} />
    case 'tell':
      return <Composer c={c} />
    case 'send':
      return <Letter c={c} />
    case 'answer':
      return <Answer c={c} />
    case 'wait':
      return c.overdue ? <Composer c={c} again /> : null
    case 'decide':
      return (c.things ?? []).some((i) => i.state === 'alternative' && i.offered) ? <Composer c={c} accept /> : null
    case 'settle':
      return <Settle c={c} />
    case 'investigate':
      return <Investigate c={c} />
    default:
      return null
  }
}

function Owner({ c }: { c: Detail }) {
  const t = useWords()
  const me = useMe()
  const names = useNames()
  const colleagues = useColleagues()
  const assign = useAct(c.id, (owner: string) =>
    of(api.POST('/api/v1/cases/{id}/owner', { params: { path: { id: c.id } }, body: { owner } })),
  )
  const people = (colleagues.data ?? []).filter(
    (p) =>
      !p.removed && p.id !== me.data?.id && (p.roles ?? []).some((r) => /^(pharmacist|clerk|serialization)$/.test(r)),
  )
  return (
    <div className="row">
      <span className="quiet small">
        {t('cases.owner')}: {names.person(c.owner)}
      </span>
      {c.step && c.owner !== me.data?.id ? (
        <button type="button" className="button small" disabled={assign.isPending} onClick={() => assign.mutate('me')}>
          {t('cases.acts.take')}
        </button>
      ) : null}
      {c.step ? (
        <select
          className="inline small"
          aria-label={t('cases.acts.giveTo')}
          value=""
          disabled={assign.isPending}
          onChange={(e) => assign.mutate(e.target.value)}
        >
          <option value="">{t('cases.acts.giveTo')} …</option>
          {(['pharmacist', 'clerk', 'serialization'] as const).map((r) => (
            <option key={r} value={r}>
              {t(`who.roles.${r}`)}
            </option>
          ))}
          {people.map((p) => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
      ) : null}
      {assign.isError ? <Fault error={assign.error} /> : null}
    </div>
  )
}

function NamePartner({ c }: { c: Detail }) {
  const t = useWords()
  const partners = usePartners()
  const [partner, setPartner] = useState('')
  const name = useAct(c.id, () =>
    of(api.POST('/api/v1/cases/{id}/owner', { params: { path: { id: c.id } }, body: { partner: Number(partner) } })),
  )
  const others = (partners.data ?? []).filter((p) => p.id > 0)
  if (partners.data && others.length === 0) return <p>{t('cases.name.none')}</p>
  return (
    <div className="stack tight">
      <div className="field">
        <label htmlFor="partner">{t('cases.name.choose')}</label>
        <select id="partner" value={partner} onChange={(e) => setPartner(e.target.value)}>
          <option value="">{t('module.choose')}</option>
          {others.map((p) => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
      </div>
      <div className="row">
        <button
          type="button"
          className="button main"
          disabled={!partner || name.isPending}
          onClick={() => name.mutate(undefined)}
        >
          {t('cases.acts.name')}
        </button>
      </div>
      {name.isError ? <Fault error={name.error} /> : null}
    </div>
  )
}

/** Words is a text that is kept until it was taken. */
export function Words({
  id,
  label,
  hint,
  kept,
  rows,
}: {
  id: string
  label: string
  hint?: string
  kept: ReturnType<typeof useKept>
  rows?: number
}) {
  const t = useWords()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows ?? 3}
        maxLength={2000}
        value={kept.text}
        aria-describedby={`${id}-hint`}
        onChange={(e) => kept.set(e.target.value)}
      />
      <p className="quiet small" id={`${id}-hint`}>
        {[hint, kept.changed ? t('cases.composer.kept') : ''].filter(Boolean).join(' ')}
      </p>
    </div>
  )
}

function Settle({ c }: { c: Detail }) {
  const t = useWords()
  const word = useKept(`case.${c.id}.settle`)
  const settle = useAct(
    c.id,
    () =>
      of(
        api.POST('/api/v1/cases/{id}/settle', {
          params: { path: { id: c.id } },
          body: { word: word.text.trim() || undefined },
        }),
      ),
    word.taken,
  )
  return (
    <div className="stack tight">
      <Words id="settle" label={t('cases.settle.word')} hint={t('cases.settle.wordHint')} kept={word} rows={2} />
      <div className="row">
        <button
          type="button"
          className="button main"
          disabled={settle.isPending}
          onClick={() => settle.mutate(undefined)}
        >
          {t('cases.acts.settle')}
        </button>
      </div>
      {settle.isError ? <Fault error={settle.error} /> : null}
    </div>
  )
}

function Investigate({ c }: { c: Detail }) {
  const t = useWords()
  const me = useMe()
  const why = useKept(`case.${c.id}.clear`)
  const read = (c.evidence ?? []).length
  const clear = useAct(
    c.id,
    () =>
      of(
        api.POST('/api/v1/cases/{id}/clear', {
          params: { path: { id: c.id } },
          body: { reason: why.text.trim(), read },
        }),
      ),
    why.taken,
  )
  return (
    <div className="stack">
      <div className="stack tight">
        <h3>{t('cases.escalate.tasks')}</h3>
        <ul className="plain">
          {(c.tasks ?? []).map((task, i) => (
            <li key={task}>
              <Told said={c.asks?.[i]} text={task} />
            </li>
          ))}
        </ul>
      </div>
      {(c.form ?? []).length > 0 ? (
        <details>
          <summary>{t('cases.escalate.form')}</summary>
          {langOfNode() ? <p className="quiet small">{t('cases.escalate.formEnglish')}</p> : null}
          <dl className="facts">
            {(c.form ?? []).map((f) => (
              <div key={f.name} style={{ display: 'contents' }}>
                <dt>
                  <Told said={f} text={f.name} />
                  {langOfNode() ? (
                    <span className="quiet small sub" lang="en">
                      {f.name}
                    </span>
                  ) : null}
                </dt>
                <dd lang={langOfNode()}>{f.value}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
      {me.may('hold') ? (
        <div className="stack tight">
          <Words id="clear" label={t('cases.escalate.clearWhy')} hint={t('cases.escalate.other')} kept={why} rows={2} />
          <div className="row">
            <Ask
              label={t('cases.acts.clear')}
              sure={t('cases.escalate.clearSure', { count: read })}
              busy={clear.isPending || why.text.trim() === ''}
              act={() => clear.mutate(undefined)}
            />
          </div>
          {clear.isError ? <Fault error={clear.error} /> : null}
        </div>
      ) : null}
    </div>
  )
}

/** More is what is done seldom: a note, asking again, withdrawing, marking as suspect. */
function More({ c }: { c: Detail }) {
  const t = useWords()
  const note = useKept(`case.${c.id}.note`)
  const withdraw = useKept(`case.${c.id}.withdraw`)
  const suspect = useKept(`case.${c.id}.suspect`)
  const path = { params: { path: { id: c.id } } }
  const write = useAct(
    c.id,
    () => of(api.POST('/api/v1/cases/{id}/evidence', { ...path, body: { kind: 'word', text: note.text.trim() } })),
    note.taken,
  )
  const end = useAct(
    c.id,
    () => of(api.POST('/api/v1/cases/{id}/settle', { ...path, body: { withdraw: withdraw.text.trim() } })),
    withdraw.taken,
  )
  const escalate = useAct(
    c.id,
    () => of(api.POST('/api/v1/cases/{id}/escalate', { ...path, body: { reason: suspect.text.trim() } })),
    suspect.taken,
  )
  const open = c.step !== undefined
  const typed = note.changed || withdraw.changed || suspect.changed
  return (
    <details open={typed}>
      <summary>{t('cases.acts.more')}</summary>
      <div className="stack">
        <div className="stack tight">
          <Words id="note" label={t('cases.noteHere.title')} hint={t('cases.noteHere.hint')} kept={note} rows={2} />
          <div className="row">
            <button
              type="button"
              className="button"
              disabled={write.isPending || note.text.trim() === ''}
              onClick={() => write.mutate(undefined)}
            >
              {t('cases.acts.note')}
            </button>
          </div>
          {write.isError ? <Fault error={write.error} /> : null}
        </div>
        {c.step === 'wait' && !c.overdue ? <Composer c={c} again /> : null}
        {open && c.asking && c.step !== 'investigate' ? (
          <div className="stack tight">
            <Words id="withdraw" label={t('cases.withdraw.why')} kept={withdraw} rows={2} />
            <div className="row">
              <Ask
                label={t('cases.acts.withdraw')}
                sure={t('cases.withdraw.sure')}
                busy={end.isPending || withdraw.text.trim() === ''}
                act={() => end.mutate(undefined)}
              />
            </div>
            {end.isError ? <Fault error={end.error} /> : null}
          </div>
        ) : null}
        {open && c.step !== 'investigate' && (c.things ?? []).some((i) => i.path) ? (
          <div className="stack tight">
            <Words id="suspect" label={t('cases.escalate.why')} kept={suspect} rows={2} />
            <div className="row">
              <Ask
                label={t('cases.acts.escalate')}
                sure={t('cases.escalate.sure')}
                busy={escalate.isPending || suspect.text.trim() === ''}
                act={() => escalate.mutate(undefined)}
              />
            </div>
            {escalate.isError ? <Fault error={escalate.error} /> : null}
          </div>
        ) : null}
      </div>
    </details>
  )
}
