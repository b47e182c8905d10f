import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useMemo, useState } from 'react'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { DataTable } from '../../parts/DataTable'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { Tabs } from '../../parts/Tabs'
import { useWords } from '../../words'
import { Told, useMembers, useStandings } from './book'
import { Details } from './Details'
import { Lists } from './Lists'
import { type Partner, roles, rolesOf, type Standing, wholeOf } from './standing'
import './words'
import '../../style/people.css'
import '../../style/partners.css'

type Search = { show?: string; text?: string; role?: string; on?: string; light?: string }

const listedMost = 1000 // the node gives no more at once
const tabs = ['book', 'lists'] as const

/** Partners is the address book, with who is authorised today, and the licence lists that tell. */
export function Partners() {
  const t = useWords()
  const go = useNavigate()
  const me = useMe()
  const search = useSearch({ strict: false }) as Search
  const tab = tabs.find((x) => x === search.show) ?? 'book'
  return (
    <>
      <div className="stack tight">
        <h1>{t('partners.title')}</h1>
        <p className="quiet">{t('partners.intro')}</p>
      </div>
      {me.data && !me.may('read-goods') ? (
        <div className="empty">
          <p>{t('fault.noPermission')}</p>
        </div>
      ) : (
        <>
          <Tabs
            tabs={tabs}
            now={tab}
            set={(x) => void go({ to: '/partners', search: { show: x === 'book' ? '' : x } })}
            name={(x) => t(`partners.tabs.${x}`)}
            label={t('partners.tabsLabel')}
          />
          <div className="stack" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
            {tab === 'book' ? <Book search={search} /> : <Lists />}
          </div>
        </>
      )}
    </>
  )
}

/** standingsBy is what the checks say, by partner. */
export function standingsBy(list: readonly Standing[] | undefined): Map<number, Standing[]> {
  const by = new Map<number, Standing[]>()
  for (const s of list ?? []) by.set(s.partner, [...(by.get(s.partner) ?? []), s])
  return by
}

function Book({ search }: { search: Search }) {
  const t = useWords()
  const me = useMe()
  const go = useNavigate()
  const [adding, setAdding] = useState(false)
  const { text, role, on, light } = search
  const q = useQuery({
    queryKey: ['partners', text, role],
    queryFn: () => of(api.GET('/api/v1/partners', { params: { query: { text, role } } })),
    enabled: me.may('read-goods'),
  })
  const standings = useStandings()
  const by = useMemo(() => standingsBy(standings.data), [standings.data])
  const rows = useMemo(
    () =>
      (q.data ?? []).filter(
        (p) =>
          (on !== 'ledger' || p.org) &&
          (on !== 'outside' || !p.org) &&
          (!light || wholeOf(by.get(p.id) ?? []).word === light),
      ),
    [q.data, by, on, light],
  )
  const filtered = Boolean(text || role || on || light)
  return (
    <>
      <Filters search={search} />
      <div className="row spread no-print">
        {me.may('keep-partners') ? (
          <div className="row">
            <button type="button" className="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
              {t('partners.add.open')}
            </button>
            <Link className="button bare" to="/partners/$id" params={{ id: '0' }} search={{}}>
              {t('partners.ownEntry')}
            </Link>
          </div>
        ) : (
          <p className="quiet small">{t('partners.mayNot')}</p>
        )}
        <Export
          name="partners"
          answer={rows}
          rows={rows.map((p) => ({
            id: p.id,
            name: p.name,
            org: p.org ?? '',
            roles: p.roles,
            sites: (p.sites ?? []).map((s) => s.gln).join(' '),
            authorised: standings.data ? t(`partners.words.${wholeOf(by.get(p.id) ?? []).word}`) : '',
            since: p.since,
          }))}
        />
      </div>
      {adding ? (
        <Details done={(p) => void go({ to: '/partners/$id', params: { id: String(p.id) }, search: {} })} />
      ) : null}
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {standings.isError ? <Fault error={standings.error} again={() => void standings.refetch()} /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t(filtered ? 'partners.emptyHere' : 'partners.empty')}</p>
          {filtered ? (
            <button type="button" className="button" onClick={() => void go({ to: '/partners', search: {} })}>
              {t('partners.showAll')}
            </button>
          ) : (
            <p className="quiet">{t('partners.emptyHow')}</p>
          )}
        </div>
      ) : null}
      {rows.length > 0 ? <Table rows={rows} by={standings.data ? by : undefined} /> : null}
      {(q.data ?? []).length >= listedMost ? (
        <p className="quiet">{t('partners.most', { count: listedMost })}</p>
      ) : null}
    </>
  )
}

/** Filters choose partners; they stand in the address. */
function Filters({ search }: { search: Search }) {
  const t = useWords()
  const go = useNavigate()
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    void go({
      to: '/partners',
      search: Object.fromEntries([...form.entries()].map(([k, v]) => [k, String(v).trim()]).filter(([, v]) => v)),
    })
  }
  const pick = (name: 'role' | 'on' | 'light', label: string, any: string, options: [string, string][]) => (
    <div className="field">
      <label htmlFor={`by-${name}`}>{label}</label>
      <select id={`by-${name}`} name={name} defaultValue={search[name] ?? ''}>
        <option value="">{any}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
  return (
    <form className="row filters no-print" key={JSON.stringify(search)} onSubmit={submit}>
      <div className="field">
        <label htmlFor="by-text">{t('partners.find')}</label>
        <input id="by-text" name="text" type="search" defaultValue={search.text} maxLength={200} autoComplete="off" />
      </div>
      {pick(
        'role',
        t('partners.role'),
        t('partners.anyRole'),
        roles.map((r) => [r, t(`partners.roles.${r}`)]),
      )}
      {pick('on', t('partners.on'), t('partners.onAny'), [
        ['ledger', t('partners.onLedger')],
        ['outside', t('partners.onOutside')],
      ])}
      {pick(
        'light',
        t('partners.light'),
        t('partners.lightAny'),
        (['ok', 'stop', 'tell'] as const).map((w) => [w, t(`partners.words.${w}`)]),
      )}
      <button type="submit" className="button">
        {t('module.apply')}
      </button>
      <button type="button" className="button bare" onClick={() => void go({ to: '/partners', search: {} })}>
        {t('module.reset')}
      </button>
    </form>
  )
}

function Table({ rows, by }: { rows: Partner[]; by?: Map<number, Standing[]> }) {
  const t = useWords()
  const light = (p: Partner) => {
    if (!by) return <span className="quiet">{t('partners.checking')}</span>
    const own = by.get(p.id)
    // A book that is larger than one answer leaves partners with roles and sites out.
    if (!own && p.roles) return <span className="quiet">{t('partners.notLooked')}</span>
    return <Told word={wholeOf(own ?? []).word} />
  }
  return (
    <DataTable
      label={t('partners.tabs.book')}
      rows={rows}
      keyOf={(p) => String(p.id)}
      columns={[
        {
          name: 'name',
          title: t('partners.name'),
          width: 'minmax(16rem, 3fr)',
          cell: (p) => (
            <>
              <Link to="/partners/$id" params={{ id: String(p.id) }} search={{}} title={p.name}>
                {p.name}
              </Link>
              {p.id === 0 ? <span className="quiet"> ({t('partners.you')})</span> : null}
            </>
          ),
        },
        { name: 'light', title: t('partners.light'), width: '12rem', cell: light },
        {
          name: 'roles',
          title: t('partners.rolesTitle'),
          width: 'minmax(12rem, 2fr)',
          cell: (p) => <RoleNames text={p.roles} />,
        },
        { name: 'sites', title: t('partners.sitesTitle'), width: '5rem', cell: (p) => (p.sites ?? []).length },
        { name: 'on', title: t('partners.on'), width: '11rem', cell: (p) => <Membership org={p.org} /> },
      ]}
    />
  )
}

/** RoleNames writes roles in the reader's language. */
export function RoleNames({ text }: { text: string }) {
  const t = useWords()
  const names = rolesOf(text).map((r) => t(`partners.roles.${r}`, { defaultValue: r }))
  return names.length > 0 ? names.join(', ') : <span className="quiet">{t('partners.noRole')}</span>
}

/** Membership is what the ledger says of a partner's id there. */
export function Membership({ org }: { org: string | undefined }) {
  const t = useWords()
  const members = useMembers()
  if (!org) return <span className="quiet">{t('partners.notMember')}</span>
  if (!members.data) return <span className="code">{org}</span>
  const found = members.data.find((m) => m.id === org)
  if (!found) return t('partners.notFound')
  return t(`partners.memberState.${found.standing}`, { defaultValue: t('partners.member') })
}
