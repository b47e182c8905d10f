import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useKept } from '../../app/kept'
import { useMe } from '../../app/me'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
import { Copy } from '../../parts/Unit'
import { When, when } from '../../parts/When'
import { useWords } from '../../words'
import { Approvals } from './Approvals'
import { Keys } from './Keys'
import { Sessions } from './Sessions'
import { useSign } from './Sign'
import './words'
import '../../style/people.css'

const tabs = ['people', 'sessions', 'keys', 'approvals'] as const

/** Roles that a person can have, those with power last. */
export const roles = ['pharmacist', 'clerk', 'serialization', 'auditor', 'regulator', 'operator'] as const
const withPower = ['admin', 'signer', 'governance'] as const

/** People is who may use the node for this organisation: people, sessions, programs' keys, acts that wait for a second person. */
export function People() {
  const t = useWords()
  const go = useNavigate()
  const me = useMe()
  const { show } = useSearch({ strict: false }) as { show?: string }
  const seen = tabs.filter((x) => (x === 'approvals' ? me.may('approve') : me.may('manage-people')))
  const tab = seen.find((x) => x === show) ?? seen[0]
  return (
    <>
      <div className="stack tight">
        <h1>{t('people.title')}</h1>
        <p className="quiet">{t('people.intro')}</p>
      </div>
      <fieldset className="picks no-print">
        <legend className="hidden">{t('people.tabsLabel')}</legend>
        {seen.map((x) => (
          <button
            key={x}
            type="button"
            className="button small"
            aria-pressed={x === tab}
            onClick={() => void go({ to: '/people', search: { show: x === 'people' ? '' : x } })}
          >
            {t(`people.tabs.${x}`)}
          </button>
        ))}
      </fieldset>
      {me.data && seen.length === 0 ? (
        <div className="empty">
          <p>{t('fault.noPermission')}</p>
        </div>
      ) : null}
      {tab === 'people' ? <List /> : null}
      {tab === 'sessions' ? <Sessions /> : null}
      {tab === 'keys' ? <Keys /> : null}
      {tab === 'approvals' ? <Approvals /> : null}
    </>
  )
}

/** usePeople are the people as their administrator sees them. */
export function usePeople() {
  const me = useMe()
  return useQuery({
    queryKey: ['people'],
    queryFn: () => of(api.GET('/api/v1/people')),
    enabled: me.may('manage-people'),
  })
}

function List() {
  const t = useWords()
  const queries = useQueryClient()
  const people = usePeople()
  const name = useKept('people.name')
  const [gone, setGone] = useState(false)
  const add = useMutation({
    mutationFn: (name: string) => of(api.POST('/api/v1/people', { body: { name } })),
    onSuccess: async () => {
      name.taken()
      await queries.invalidateQueries({ queryKey: ['people'] })
    },
  })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const given = name.text.trim()
    if (given) add.mutate(given)
  }
  const all = people.data ?? []
  const shown = all.filter((p) => gone || !p.removed)
  return (
    <>
      <form className="stack tight narrow no-print" onSubmit={submit}>
        <div className="field">
          <label htmlFor="name">{t('people.add')}</label>
          <div className="line">
            <input
              id="name"
              value={name.text}
              onChange={(e) => name.set(e.target.value)}
              required
              maxLength={100}
              autoComplete="off"
              aria-describedby="name-hint"
            />
            <button type="submit" className="button" disabled={add.isPending}>
              {t('module.add')}
            </button>
          </div>
          <p className="quiet small" id="name-hint" role="status">
            {t(add.isSuccess ? 'people.added' : 'people.addHint')}
          </p>
        </div>
        {add.isError ? <Fault error={add.error} /> : null}
      </form>
      {people.isPending ? <Skeleton lines={4} /> : null}
      {people.isError ? <Fault error={people.error} again={() => void people.refetch()} /> : null}
      {people.data && all.length === 0 ? (
        <div className="empty">
          <p>{t('people.empty')}</p>
        </div>
      ) : null}
      <ul className="people">
        {shown.map((p) => (
          <Person key={p.id} p={p} />
        ))}
      </ul>
      {all.some((p) => p.removed) ? (
        <label className="row">
          <input type="checkbox" checked={gone} onChange={(e) => setGone(e.target.checked)} />
          {t('people.showRemoved')}
        </label>
      ) : null}
    </>
  )
}

function Person({ p }: { p: Schemas['User'] }) {
  const t = useWords()
  const me = useMe()
  const queries = useQueryClient()
  const sign = useSign()
  const at = `/api/v1/people/${encodeURIComponent(p.id)}`
  const [link, setLink] = useState<Schemas['Invitation']>()
  const act = useMutation({
    mutationFn: async ([method, path]: [string, string]) => {
      const done = await sign.act(method, at + path, method === 'POST' ? {} : undefined)
      if (path === '/invitation' && !done.waits) setLink(done.answer as Schemas['Invitation'])
      return done
    },
    onSuccess: () => queries.invalidateQueries(),
  })
  const own = (p.roles ?? []) as string[]
  const free = [...roles, ...withPower].filter((r) => !own.includes(r))
  const access = p.issuer
    ? t('people.provider')
    : p.passkeys > 0
      ? t('people.passkeys', { count: p.passkeys })
      : t('people.noPasskey')
  return (
    <li>
      <div className="row spread">
        <h2>{p.name}</h2>
        <span className="quiet small">{p.removed ? t('people.removed', { when: when(p.removed) }) : access}</span>
      </div>
      <div className="row">
        {own.length === 0 && !p.removed ? <span className="quiet small">{t('people.noRoles')}</span> : null}
        {own.map((r) => (
          <span key={r} className="role">
            {t(`who.roles.${r}`, { defaultValue: r })}
            {p.removed ? null : (
              <Ask
                label="×"
                name={t('people.take', { role: t(`who.roles.${r}`, { defaultValue: r }), name: p.name })}
                sure={t('people.takeSure', { role: t(`who.roles.${r}`, { defaultValue: r }), name: p.name })}
                busy={act.isPending}
                act={() => act.mutate(['DELETE', `/roles/${r}`])}
              />
            )}
          </span>
        ))}
      </div>
      {p.removed ? null : (
        <div className="row no-print">
          <select
            className="inline"
            aria-label={`${t('people.give')}: ${p.name}`}
            value=""
            disabled={act.isPending}
            onChange={(e) => act.mutate(['PUT', `/roles/${e.target.value}`])}
          >
            <option value="">{t('people.give')} …</option>
            {free.map((r) => (
              <option key={r} value={r}>
                {t(`who.roles.${r}`)}
                {withPower.some((w) => w === r) ? ` (${t('people.power')})` : ''}
              </option>
            ))}
          </select>
          {me.may('grant-power') && !p.issuer ? (
            <button
              type="button"
              className="button"
              disabled={act.isPending}
              onClick={() => act.mutate(['POST', '/invitation'])}
            >
              {t('people.invite')}
            </button>
          ) : null}
          <Ask
            label={t('people.remove')}
            sure={t('people.removeSure', { name: p.name })}
            busy={act.isPending}
            act={() => act.mutate(['DELETE', ''])}
          />
        </div>
      )}
      {link ? (
        <div className="once" role="status">
          <strong>{t('people.invited', { name: p.name })}</strong>
          <code>{link.link}</code>
          <div className="row">
            <Copy text={link.link} />
            <span className="small">{t('people.invitedHint', { until: when(link.until) })}</span>
          </div>
        </div>
      ) : null}
      {act.data?.waits ? <p role="status">{t('people.waits')}</p> : null}
      {act.isError ? <Fault error={act.error} /> : null}
      {sign.dialog}
    </li>
  )
}

/** Since is a time in a list, or a word for none. */
export function Since({ at, none }: { at: string | undefined; none: string }) {
  return at && !at.startsWith('0001') ? <When at={at} /> : <span className="quiet">{none}</span>
}
