import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, of, Refused } from '../../api/client'
import { useMe } from '../../app/me'
import { Ask } from '../../parts/Ask'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { BySite, Whole } from './Authority'
import { useKeep, useStandings } from './book'
import { Checks } from './Checks'
import { Details } from './Details'
import { Membership, RoleNames } from './Partners'
import { Contacts, Routes } from './Reach'
import { Sites } from './Sites'
import { type Partner, placeOf } from './standing'
import { Was } from './Was'
import './words'
import '../../style/people.css'
import '../../style/partners.css'

/** One is one partner: whether one may trade with it today, and all that the address book has of it. */
export function One() {
  const t = useWords()
  const { id } = useParams({ strict: false }) as { id: string }
  const self = id === '0'
  const q = useQuery({
    queryKey: ['partner', id],
    queryFn: () => of(api.GET('/api/v1/partners/{id}', { params: { path: { id: id as never } } })),
    retry: (n, e) => !(e instanceof Refused) && n < 2,
  })
  const back = (
    <nav className="small no-print" aria-label={t('partners.title')}>
      <Link to="/partners" search={{}}>
        {t('partners.title')}
      </Link>
    </nav>
  )
  // The organisation's own entry is made when something is entered in it.
  if (q.isError && self && q.error instanceof Refused && q.error.status === 404)
    return (
      <>
        {back}
        <h1>{t('partners.ownEntry')}</h1>
        <p>{t('partners.entry.selfNone')}</p>
        <Entry p={{ id: 0, name: '', roles: '', sites: [], contacts: [], routes: [], since: '' }} open />
      </>
    )
  if (q.isError && !q.data)
    return (
      <>
        {back}
        <Fault error={q.error} again={() => void q.refetch()} />
      </>
    )
  if (!q.data) return <Skeleton lines={10} />
  return (
    <>
      {back}
      <Shown p={q.data} />
    </>
  )
}

function Shown({ p }: { p: Partner }) {
  const t = useWords()
  const me = useMe()
  const standings = useStandings(String(p.id))
  const may = me.may('keep-partners')
  const found = standings.data ?? []
  const own = [...new Set(found.map((s) => s.role))]
  return (
    <>
      <div className="row spread">
        <div className="stack tight title">
          <h1>{p.name}</h1>
          <p className="quiet">
            <RoleNames text={p.roles} /> · <Membership org={p.org} />
            {p.org ? <span className="code"> {p.org}</span> : null}
          </p>
          {p.id === 0 ? <p className="quiet small">{t('partners.entry.self')}</p> : null}
        </div>
        <Export
          name={`partner-${p.id}`}
          answer={{ ...p, standings: found }}
          rows={(p.sites ?? []).map((s) => ({
            partner: p.name,
            gln: s.gln,
            site: s.name,
            place: placeOf(s),
            zone: s.zone ?? '',
            facility: s.facility ?? '',
            ...Object.fromEntries(found.filter((x) => x.gln === s.gln).map((x) => [x.role, x.authority.word])),
          }))}
        />
      </div>
      {standings.isError ? <Fault error={standings.error} again={() => void standings.refetch()} /> : null}
      {standings.isPending ? <Skeleton lines={3} /> : null}
      <div aria-live="polite">{standings.data ? <Whole p={p} standings={found} /> : null}</div>
      <div className="partnerpage">
        <div className="stack">
          <BySite p={p} standings={found} />
          <Sites p={p} may={may} />
          <Was p={p} may={own} />
          <Checks p={p} of={own} may={may} />
        </div>
        <div className="stack">
          <Contacts p={p} may={may} />
          <Routes p={p} may={may} />
          {may ? <Entry p={p} /> : <p className="quiet small no-print">{t('partners.mayNot')}</p>}
          <p className="quiet small">
            {t('partners.entry.since')} <When at={p.since} />
          </p>
        </div>
      </div>
    </>
  )
}

/** Entry changes a partner's name and roles, or ends its entry. */
function Entry({ p, open }: { p: Partner; open?: boolean }) {
  const t = useWords()
  const go = useNavigate()
  const [changing, setChanging] = useState(open ?? false)
  const remove = useKeep(
    () => of(api.DELETE('/api/v1/partners/{id}', { params: { path: { id: p.id } } })),
    () => void go({ to: '/partners', search: {} }),
  )
  return (
    <section className="stack tight no-print">
      <div className="row">
        <button type="button" className="button" aria-expanded={changing} onClick={() => setChanging(!changing)}>
          {t('partners.entry.change')}
        </button>
        {p.name && p.id !== 0 ? (
          <Ask
            label={t('partners.entry.remove')}
            sure={t('partners.entry.removeSure', { name: p.name })}
            busy={remove.isPending}
            act={() => remove.mutate(undefined)}
          />
        ) : null}
      </div>
      {remove.isError ? <Fault error={remove.error} /> : null}
      {changing ? <Details p={p} done={() => setChanging(false)} /> : null}
    </section>
  )
}
