import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { api, of } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { Shape } from '../../parts/Shapes'
import { useWords } from '../../words'
import { Answered, dayOf } from './Authority'
import { Choice, textsOf } from './book'
import { endOf, lightOf, momentOn, type Partner, placeOf, roles, rolesOf } from './standing'

type Asked = { day?: string; known?: string; gln?: string; role?: string }

/** Was answers for an earlier day by what was known on another. What is asked stands in the address. */
export function Was({ p, may }: { p: Partner; may: string[] }) {
  const t = useWords()
  const go = useNavigate()
  const search = useSearch({ strict: false }) as Asked
  const choices = may.length > 0 ? may : rolesOf(p.roles)
  const offered = roles.filter((r) => choices.includes(r))
  const shown = offered.length > 0 ? offered : roles
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    void go({ to: '/partners/$id', params: { id: String(p.id) }, search: textsOf(e.currentTarget), replace: true })
  }
  return (
    <section className="stack tight" aria-labelledby="was">
      <h2 id="was">{t('partners.was.title')}</h2>
      <p className="quiet">{t('partners.was.intro')}</p>
      <form className="row filters no-print" aria-label={t('partners.was.title')} onSubmit={submit}>
        {(p.sites ?? []).length > 0 ? (
          <Choice form="was" name="gln" label={t('partners.site.title')} value={search.gln}>
            {(p.sites ?? []).map((s) => (
              <option key={s.gln} value={s.gln}>
                {[s.gln, s.name || placeOf(s)].filter(Boolean).join(' ')}
              </option>
            ))}
          </Choice>
        ) : null}
        <Choice form="was" name="role" label={t('partners.role')} value={search.role}>
          {shown.map((r) => (
            <option key={r} value={r}>
              {t(`partners.roles.${r}`)}
            </option>
          ))}
        </Choice>
        <div className="field">
          <label htmlFor="was-day">{t('partners.was.day')}</label>
          <input id="was-day" name="day" type="date" required defaultValue={search.day} />
        </div>
        <div className="field">
          <label htmlFor="was-known">{t('partners.was.known')}</label>
          <input id="was-known" name="known" type="date" defaultValue={search.known} aria-describedby="was-hint" />
        </div>
        <button type="submit" className="button">
          {t('partners.was.ask')}
        </button>
      </form>
      <p className="quiet small no-print" id="was-hint">
        {t('partners.was.knownHint')} {t('partners.was.ledger')}
      </p>
      {search.day ? <Then p={p} asked={search} role={search.role ?? shown[0] ?? ''} /> : null}
    </section>
  )
}

function Then({ p, asked, role }: { p: Partner; asked: Asked; role: string }) {
  const t = useWords()
  const site = (p.sites ?? []).find((s) => s.gln === asked.gln)
  const at = momentOn(asked.day ?? '', site?.zone)
  const known = asked.known ? endOf(asked.known) : undefined
  const query = { partner: p.id, org: p.org, gln: asked.gln, role, at }
  const then = useAuthority({ ...query, known }, at !== undefined)
  const since = useAuthority(query, at !== undefined && known !== undefined)
  if (!at) return null
  if (then.isError) return <Fault error={then.error} again={() => void then.refetch()} />
  if (!then.data) return <Skeleton lines={3} />
  const word = lightOf(then.data.word)
  const differs = since.data && since.data.word !== then.data.word
  return (
    <div className="card stack tight" role="status">
      <p className={`light ${word} says`}>
        <Shape word={word} />
        {t(`partners.words.${word}`)}
      </p>
      <p>
        {t(known ? 'partners.was.asKnown' : 'partners.was.today', { day: dayOf(asked.day), known: dayOf(asked.known) })}
      </p>
      {since.data ? (
        <p className={differs ? 'notice' : 'quiet'}>
          {differs
            ? t('partners.was.differs', { word: t(`partners.words.${lightOf(since.data.word)}`) })
            : t('partners.was.same')}
        </p>
      ) : null}
      <Answered a={then.data} />
    </div>
  )
}

type Query = { partner: number; org?: string; gln?: string; role: string; at?: string; known?: string }

function useAuthority(query: Query, enabled: boolean) {
  return useQuery({
    queryKey: ['partner', String(query.partner), 'was', query],
    queryFn: () => of(api.GET('/api/v1/partners/authority', { params: { query } })),
    enabled,
  })
}
