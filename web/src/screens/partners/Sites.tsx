import { useState } from 'react'
import { api, of } from '../../api/client'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { Choice, Field, Form, textsOf, useKeep, useLists } from './book'
import { type Partner, placeOf, type Site } from './standing'

/** Sites are a partner's places by GLN, with the forms to enter, change, match and remove them. */
export function Sites({ p, may }: { p: Partner; may: boolean }) {
  const t = useWords()
  const sites = p.sites ?? []
  const [adding, setAdding] = useState(false)
  return (
    <section className="stack tight" aria-labelledby="sites">
      <h2 id="sites">{t('partners.site.title')}</h2>
      {sites.length === 0 ? <p className="quiet">{t('partners.site.none')}</p> : null}
      {sites.map((s) => (
        <One key={s.gln} p={p} s={s} may={may} />
      ))}
      {may ? (
        <div className="row no-print">
          <button type="button" className="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
            {t('partners.site.add')}
          </button>
        </div>
      ) : null}
      {adding ? <SiteForm p={p} done={() => setAdding(false)} /> : null}
    </section>
  )
}

function One({ p, s, may }: { p: Partner; s: Site; may: boolean }) {
  const t = useWords()
  const [doing, setDoing] = useState<'change' | 'match'>()
  const remove = useRemovePart(p.id)
  const facts: [string, string][] = [
    [t('partners.site.name'), s.name],
    [t('partners.site.street1'), placeOf(s)],
    [t('partners.site.use'), s.use ? t(`partners.site.uses.${s.use}`, { defaultValue: s.use }) : ''],
    [t('partners.site.zone'), s.zone || 'UTC'],
    [t('partners.site.calendar'), s.calendar ?? ''],
    [t('partners.site.facility'), s.facility ?? ''],
    [t('partners.site.keys'), (s.keys ?? []).map((k) => `${k.source}: ${k.key}`).join(', ')],
  ]
  const over = () => setDoing(undefined)
  return (
    <article className="card stack tight" aria-label={`${t('partners.site.gln')} ${s.gln}`}>
      <h3>
        {t('partners.site.gln')} <span className="code">{s.gln}</span>
      </h3>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {may ? (
        <div className="row no-print">
          {(['change', 'match'] as const).map((d) => (
            <button
              key={d}
              type="button"
              className="button"
              aria-expanded={doing === d}
              onClick={() => setDoing(doing === d ? undefined : d)}
            >
              {t(`partners.site.${d}`)}
            </button>
          ))}
          <Ask
            label={t('partners.site.remove')}
            name={t('partners.site.removeName', { gln: s.gln })}
            sure={t('partners.site.removeSure', { gln: s.gln })}
            busy={remove.isPending}
            act={() => remove.mutate({ part: 'sites', name: s.gln })}
          />
        </div>
      ) : null}
      {remove.isError ? <Fault error={remove.error} /> : null}
      {doing === 'change' ? <SiteForm p={p} s={s} done={over} /> : null}
      {doing === 'match' ? <MatchForm p={p} s={s} done={over} /> : null}
    </article>
  )
}

/** useRemovePart removes a site, a contact or a route. */
export function useRemovePart(id: number) {
  return useKeep(({ part, name }: { part: 'sites' | 'contacts' | 'routes'; name: string }) =>
    of(api.DELETE('/api/v1/partners/{id}/{part}/{name}', { params: { path: { id, part, name } } })),
  )
}

function SiteForm({ p, s, done }: { p: Partner; s?: Site; done: () => void }) {
  const t = useWords()
  const keep = useKeep(
    (body: Site) => of(api.POST('/api/v1/partners/{id}/sites', { params: { path: { id: p.id } }, body })),
    done,
  )
  const form = `site-${s?.gln ?? 'new'}`
  const a = s?.address
  const field = (name: string, value?: string, hint?: string, max?: number) => (
    <Field form={form} name={name} label={t(`partners.site.${name}`)} value={value} hint={hint} max={max} />
  )
  return (
    <Form
      label={t(s ? 'partners.site.change' : 'partners.site.add')}
      save={t('partners.site.save')}
      work={keep}
      send={(e) => {
        const { gln = s?.gln ?? '', name = '', use, zone, calendar, facility, country, state, ...address } = textsOf(e)
        keep.mutate({
          gln,
          name,
          use,
          zone,
          calendar,
          facility,
          address: { ...address, country: country?.toUpperCase(), state: state?.toUpperCase() },
        })
      }}
    >
      {s ? null : (
        <Field
          form={form}
          name="gln"
          label={t('partners.site.gln')}
          hint={t('partners.site.glnHint')}
          max={13}
          required
        />
      )}
      {field('name', s?.name)}
      <div className="pairs">
        {field('street1', a?.street1)}
        {field('street2', a?.street2)}
        {field('city', a?.city)}
        {field('state', a?.state, t('partners.site.stateHint'), 3)}
        {field('postal', a?.postal)}
        {field('country', a?.country, t('partners.site.countryHint'), 2)}
        {field('zone', s?.zone, t('partners.site.zoneHint'))}
        {field('facility', s?.facility, t('partners.site.facilityHint'))}
        {field('calendar', s?.calendar)}
        <Choice form={form} name="use" label={t('partners.site.use')} value={s?.use ?? ''}>
          <option value="">{t('partners.site.uses.both')}</option>
          <option value="ship-to">{t('partners.site.uses.ship-to')}</option>
          <option value="bill-to">{t('partners.site.uses.bill-to')}</option>
        </Choice>
      </div>
    </Form>
  )
}

/** MatchForm says under which key a list has a site; who says so is kept. */
function MatchForm({ p, s, done }: { p: Partner; s: Site; done: () => void }) {
  const t = useWords()
  const lists = useLists()
  const keep = useKeep(
    ({ source, key }: { source: string; key: string }) =>
      of(api.POST('/api/v1/partners/matches', { body: { partner: p.id, gln: s.gln, source, key } })),
    done,
  )
  const sources = [...new Set((lists.data ?? []).map((l) => l.source))].sort()
  if (lists.isError) return <Fault error={lists.error} again={() => void lists.refetch()} />
  if (lists.data && sources.length === 0) return <p role="status">{t('partners.site.noLists')}</p>
  const form = `match-${s.gln}`
  return (
    <Form
      label={t('partners.site.match')}
      save={t('partners.site.matchSave')}
      work={keep}
      send={(e) => {
        const { source = '', key = '' } = textsOf(e)
        keep.mutate({ source, key })
      }}
    >
      <Choice form={form} name="source" label={t('partners.site.list')}>
        {sources.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Choice>
      <Field
        form={form}
        name="key"
        label={t('partners.site.key')}
        hint={t('partners.site.matchHint')}
        max={100}
        required
      />
    </Form>
  )
}
