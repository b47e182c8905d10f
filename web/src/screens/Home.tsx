import { useQueries, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { lazy, type ReactNode, Suspense } from 'react'
import { api, of } from '../api/client'
import { type Face, faceOf } from '../app/face'
import { useMe, useOrg, useStatus } from '../app/me'
import { useNames } from '../app/names'
import { Clock } from '../parts/Clock'
import { Fault, Skeleton } from '../parts/Fault'
import { ScanBox } from '../parts/ScanBox'
import { When } from '../parts/When'
import { unitOf } from '../parts/word'
import { langOfNode, scenario, useWords } from '../words'
import { plain } from '../words/plain'

// Of demonstrations alone: nobody else loads it.
const Guide = lazy(async () => ({ default: (await import('./guide/Guide')).Guide }))

type Item = { key: string; text: string; sub?: ReactNode; due?: string; late?: boolean; to: ReactNode }
type Work = { id: string; may: string; title: string; all: ReactNode; most?: number; ask: () => Promise<Item[]> }
const most = 8
const listMost = 100 // what a list of the node holds when nobody says how much
const casesMost = 1000

// What each person's inbox begins with. What is not allowed is left out.
const orders: Record<Face, string[]> = {
  pharmacist: ['hold', 'cases', 'inbox', 'docks', 'outbox', 'jobs'],
  clerk: ['docks', 'inbox', 'cases', 'outbox', 'jobs'],
  serialization: ['outbox', 'cases', 'jobs', 'inbox', 'hold'],
  owner: ['approvals', 'cases', 'hold', 'inbox', 'docks', 'outbox', 'jobs'],
  admin: ['approvals'],
  inspector: ['cases'],
  operator: [],
}

/** Home is what waits for this person: work with an owner and a clock, not figures. */
export function Home() {
  const t = useWords()
  const me = useMe()
  const org = useOrg()
  const status = useStatus()
  const face = faceOf(me.data)
  const all = useWork()
  const order = orders[face]
  const work = all
    .filter((w) => me.may(w.may) && (order.includes(w.id) || w.id === 'approvals'))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  const queries = useQueries({
    queries: work.map((w) => ({ queryKey: ['work', w.id], queryFn: w.ask, refetchInterval: 15_000 })),
  })
  if (me.isPending) return <Skeleton lines={6} />
  const idle = work.filter((_, i) => queries[i]?.data?.length === 0)
  return (
    <>
      <div className="stack tight">
        <h1>{t('home.title')}</h1>
        {me.data ? (
          <p className="quiet">
            {t('home.hello', { name: me.data.kind === 'person' ? me.data.name : (org.data?.name ?? me.data.org) })}
          </p>
        ) : null}
      </div>
      {status.data?.demo ? (
        <Suspense>
          <Guide face={face} chain={status.data.chain} may={me.may} />
        </Suspense>
      ) : null}
      {face === 'pharmacist' || face === 'inspector' || face === 'owner' ? <Look face={face} /> : null}
      {work.map((w, i) => {
        const q = queries[i]
        return q && q.data?.length !== 0 ? <Waiting key={w.id} work={w} q={q} /> : null
      })}
      {idle.length > 0 ? (
        <section className="stack tight">
          <h2 className="quiet">{t('home.idle')}</h2>
          <ul className="idle">
            {idle.map((w) => (
              <li key={w.id}>
                <span className="quiet">{w.title}</span> {w.all}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {me.may('read-ledger') && (face === 'owner' || face === 'operator' || face === 'admin') ? <Health /> : null}
    </>
  )
}

/** lateShipments are those whose customer has no data yet, by the delivery that carries it. */
async function lateShipments(): Promise<Map<string, string>> {
  const query = { way: 'out' as const, undelivered: true, limit: 1000 }
  const list = await of(api.GET('/api/v1/shipments', { params: { query } }))
  return new Map((list ?? []).flatMap((s) => (s.delivery ? [[s.delivery, s.id]] : [])))
}

/** From is who sent or is sent something, by the name in the address book, and what it is. */
function From({ org, what }: { org: string; what: string }) {
  const names = useNames()
  return `${names.partner(undefined, org)} · ${what}`
}

/** nameOf is what tells a thing from others, as its label says; labelOf is what else stands there. */
const nameOf = (path: string, t: (key: string) => string) => {
  const { serial, sscc } = unitOf(path)
  return serial ? `${t('unit.serial')} ${serial}` : sscc ? `${t('unit.sscc')} ${sscc}` : path
}
const labelOf = (path: string, lot: string) => {
  const { gtin } = unitOf(path)
  return [gtin ? `GTIN ${gtin}` : '', lot].filter(Boolean).join(' · ')
}

/** useWork is all work that can wait, each with what it may be seen with and how it is asked for. */
function useWork(): Work[] {
  const t = useWords()
  const me = useMe()
  const kind = (of: string) => t(`home.kinds.${of}`, { defaultValue: of })
  const list = (name: string, search: Record<string, string> = {}) => (
    <Link to="/all/$list" params={{ list: name }} search={search}>
      {t('home.all')}
    </Link>
  )
  const one = (name: string, id: string, text: ReactNode) => (
    <Link to="/all/$list/$id" params={{ list: name, id }}>
      {text}
    </Link>
  )
  return [
    {
      id: 'hold',
      may: 'hold',
      title: t('home.hold'),
      all: list('list-inventory', { mark: 'held', status: 'on-hand' }),
      ask: async () => {
        const query = { mark: 'held' as const, status: 'on-hand', limit: 100 }
        const page = await of(api.GET('/api/v1/inventory', { params: { query } }))
        return (page.rows ?? []).map((r) => ({
          key: r.path ?? '',
          text: r.path ?? '',
          sub: labelOf(r.path ?? '', r.lot ? `${t('unit.lot')} ${r.lot}` : ''),
          to: (
            <Link to="/scan" search={{ item: r.path ?? '' }}>
              {nameOf(r.path ?? '', t)}
            </Link>
          ),
        }))
      },
    },
    {
      id: 'cases',
      may: 'read-goods',
      most: casesMost,
      title: t('home.cases'),
      all: <Link to="/cases">{t('home.all')}</Link>,
      ask: async () =>
        (await of(api.GET('/api/v1/cases', { params: { query: { limit: casesMost } } }))).map((c) => ({
          key: c.id,
          text: scenario(c.scenario, c.what),
          sub: t(`steps.${c.step ?? 'none'}`),
          due: c.due.at,
          late: c.overdue ?? false,
          to: (
            <Link to="/cases/$id" params={{ id: c.id }}>
              {`${c.number} · ${scenario(c.scenario, c.what)}`}
            </Link>
          ),
        })),
    },
    {
      id: 'inbox',
      may: 'read-goods',
      title: t('home.inbox'),
      all: list('list-inbox', { state: 'waiting' }),
      ask: async () =>
        (await of(api.GET('/api/v1/inbox', { params: { query: { state: 'waiting' } } }))).map((d) => ({
          key: d.id,
          text: d.from,
          sub: <When at={d.received} />,
          to:
            d.kind === 'shipment' && me.may('receive') ? (
              <Link to="/receive">
                <From org={d.from} what={kind(d.kind)} />
              </Link>
            ) : (
              one('list-inbox', d.id, <From org={d.from} what={`${kind(d.kind)} ${d.subject?.name ?? ''}`} />)
            ),
        })),
    },
    {
      id: 'docks',
      may: 'receive',
      title: t('home.docks'),
      all: (
        <Link to="/receive" search={{ state: 'receiving' }}>
          {t('home.all')}
        </Link>
      ),
      ask: async () =>
        (await of(api.GET('/api/v1/docks', { params: { query: { state: 'open' } } }))).map((d) => ({
          key: String(d.id),
          text: String(d.id),
          sub: <When at={d.opened} />,
          to: (
            <Link to="/receive/$session" params={{ session: String(d.id) }} search={{}}>
              {t('home.dock', { id: d.id, delivery: d.delivery ?? '' })}
            </Link>
          ),
        })),
    },
    {
      id: 'outbox',
      may: 'read-goods',
      title: t('home.outbox'),
      all: list('list-outbox', { state: 'dead' }),
      ask: async () => {
        const [dead, sending] = await Promise.all(
          (['dead', 'sending'] as const).map((state) =>
            of(api.GET('/api/v1/outbox', { params: { query: { state } } })),
          ),
        )
        const late = [...(dead ?? []), ...(sending ?? []).filter((d) => d.attempts > 1)]
        const shipments = late.some((d) => d.kind === 'shipment') ? await lateShipments() : new Map<string, string>()
        return late.map((d) => ({
          key: d.id,
          text: d.to,
          sub: d.reason ? (
            <span lang={langOfNode()}>{plain(d.reason)}</span>
          ) : (
            t('home.attempts', { count: d.attempts })
          ),
          late: d.state === 'dead',
          to: shipments.has(d.id) ? (
            <Link to="/send/$shipment" params={{ shipment: shipments.get(d.id) ?? '' }}>
              <From org={d.to} what={kind(d.kind)} />
            </Link>
          ) : (
            one('list-outbox', d.id, <From org={d.to} what={`${kind(d.kind)} ${d.subject?.name ?? ''}`} />)
          ),
        }))
      },
    },
    {
      id: 'jobs',
      may: 'read-goods',
      title: t('home.jobs'),
      all: list('list-jobs', { state: 'running' }),
      ask: async () =>
        (await of(api.GET('/api/v1/jobs', { params: { query: { state: 'running' } } }))).map((j) => ({
          key: String(j.id),
          text: j.kind,
          sub: <When at={j.updated} />,
          to: one('list-jobs', String(j.id), `${j.id} · ${kind(j.kind)}`),
        })),
    },
    {
      id: 'approvals',
      may: 'approve',
      title: t('home.approvals'),
      all: <a href="/access">{t('home.all')}</a>,
      ask: async () =>
        (await of(api.GET('/api/v1/approvals')))
          .filter((a) => !a.outcome && Date.parse(a.until) > Date.now())
          .map((a) => ({
            key: a.id,
            text: a.act,
            sub: a.name,
            due: a.until,
            late: false,
            to: (
              <a href="/access" lang={langOfNode()}>
                {a.summary ?? a.act}
              </a>
            ),
          })),
    },
  ]
}

// counted is how many wait: a list that is full may have left some out.
const counted = (n: number, most: number) => (n === most ? `${n.toLocaleString(i18next.language)}+` : String(n))

type Asked = { isPending: boolean; isError: boolean; error: unknown; data: Item[] | undefined; refetch: () => unknown }

function Waiting({ work, q }: { work: Work; q: Asked }) {
  return (
    <section className="card stack tight" aria-label={work.title}>
      <div className="row spread">
        <h2>
          {work.title} {q.data ? <span className="quiet">{counted(q.data.length, work.most ?? listMost)}</span> : null}
        </h2>
        {work.all}
      </div>
      {q.isPending ? <Skeleton lines={1} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && q.data.length > 0 ? (
        <ul className="facts-list work">
          {q.data.slice(0, most).map((i) => (
            <li key={i.key}>
              <span>
                {i.to}
                {i.sub ? <span className="quiet small sub">{i.sub}</span> : null}
              </span>
              {i.due ? <Clock at={i.due} late={i.late} /> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

/** Look takes a code at once: the first thing that a pharmacist does. */
function Look({ face }: { face: Face }) {
  const t = useWords()
  const go = useNavigate()
  return (
    <section className="card stack tight" aria-label={t('nav.scan')}>
      <h2>{t(face === 'inspector' ? 'home.lookUp' : 'nav.scan')}</h2>
      <ScanBox take={(item) => void go({ to: '/scan', search: { item } })} />
    </section>
  )
}

const behindMs = 5 * 60_000

/** Health says in four lines whether the node does its part. */
function Health() {
  const t = useWords()
  const status = useStatus()
  const me = useMe()
  const org = useQuery({
    queryKey: ['organisation', me.data?.org],
    queryFn: () => of(api.GET('/api/v1/organisations/{id}', { params: { path: { id: me.data?.org ?? '' } } })),
    enabled: me.data !== undefined,
    staleTime: 60_000,
  })
  const s = status.data
  if (!s) return null
  const behind = Date.now() - Date.parse(s.block_time) > behindMs
  return (
    <section className="card stack tight" aria-label={t('home.health')}>
      <h2>{t('home.health')}</h2>
      <dl className="facts">
        <dt>{t('home.network')}</dt>
        <dd>{s.chain}</dd>
        <dt>{t('home.member')}</dt>
        <dd>
          {org.data
            ? `${org.data.name} (${t(`home.standings.${org.data.standing}`, { defaultValue: org.data.standing })})`
            : s.org}
        </dd>
        <dt>{t('home.newest')}</dt>
        <dd className={behind ? 'light tell' : ''}>
          {s.height} · <When at={s.block_time} />
        </dd>
        <dt>{t('home.connected')}</dt>
        <dd>{s.peers}</dd>
        {s.misbehaved > 0 ? (
          <>
            <dt>{t('home.misbehaved')}</dt>
            <dd className="light stop">{s.misbehaved}</dd>
          </>
        ) : null}
      </dl>
    </section>
  )
}
