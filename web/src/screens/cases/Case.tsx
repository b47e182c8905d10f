import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import i18next from 'i18next'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { aboutOne } from '../../parts/along'
import { Clock, day } from '../../parts/Clock'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { ShipmentLink } from '../../parts/ShipmentLink'
import { When } from '../../parts/When'
import { langOfNode, useWords } from '../../words'
import { Acts } from './Acts'
import { lengthOf } from './Cases'
import { Goods } from './Goods'
import { Evidence, Said } from './Said'
import { type Detail, whatOf } from './terms'
import { groundsEs } from './words'
import '../../style/cases.css'

/** One is one case: what happened, by when what is due, what both sides said, and what this person can do now. */
export function One() {
  const t = useWords()
  const { id } = useParams({ strict: false }) as { id: string }
  const me = useMe()
  const q = useQuery({
    queryKey: ['case', id],
    queryFn: () => of(api.GET('/api/v1/cases/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  })
  if (q.isError && !q.data)
    return (
      <>
        <h1>{t('cases.title')}</h1>
        <Fault error={q.error} again={() => void q.refetch()} />
      </>
    )
  if (!q.data) return <Skeleton lines={10} />
  const c = q.data
  return (
    <>
      <nav className="small no-print" aria-label={t('cases.title')}>
        <Link to="/cases">{t('cases.title')}</Link>
      </nav>
      <div className="row spread">
        <div className="stack tight">
          <h1>{whatOf(c)}</h1>
          <p className="quiet">
            {t('cases.one', { number: c.number })} · {t(`cases.categories.${c.category}`, { defaultValue: c.category })}{' '}
            · {t(`cases.states.${c.state}`, { defaultValue: c.state })}
          </p>
        </div>
        <Export
          name={`case-${c.number}`}
          rows={c.things ?? []}
          answer={c}
          epcis={aboutOne((c.things ?? []).map((i) => i.path)).epcis}
        />
      </div>
      <div className="casepage">
        <div className="stack">
          {me.may('settle-exceptions') ? (
            <Acts c={c} />
          ) : (
            <p className="quiet no-print">{c.step ? t('cases.noSettle') : t('steps.none')}</p>
          )}
          <Happened c={c} />
          <Goods things={c.things ?? []} />
          <Said c={c} />
        </div>
        <div className="stack">
          <Limits due={c.due} overdue={c.overdue ?? false} />
          <Evidence c={c} />
        </div>
      </div>
    </>
  )
}

function Happened({ c }: { c: Detail }) {
  const t = useWords()
  const names = useNames()
  const facts: [string, React.ReactNode][] = [
    [t('cases.partner'), <PartnerName key="partner" number={c.partner} org={c.org} none={t('cases.nobody')} />],
    [t('cases.owner'), names.person(c.owner)],
    [t('cases.opened'), <When key="opened" at={c.opened} />],
    [t('cases.closed'), c.closed ? <When key="closed" at={c.closed} /> : ''],
    [t('cases.po'), c.po ?? ''],
    [t('cases.document'), c.document ?? ''],
    [
      t('cases.shipment'),
      c.shipment ? (
        <ShipmentLink key="shipment" id={c.shipment} outgoing={!c.asking}>
          <span className="code">{c.shipment.slice(0, 16)}…</span>
        </ShipmentLink>
      ) : (
        ''
      ),
    ],
    [t('cases.site'), c.site ?? ''],
    [t('cases.note'), c.note ? <Note key="note" c={c} /> : ''],
    [
      t('cases.idBoth'),
      <span key="id" className="code">
        {c.id}
      </span>,
    ],
  ]
  return (
    <section className="stack tight" aria-labelledby="happened">
      <h2 id="happened">{t('cases.happened')}</h2>
      <p>
        {t(c.asking ? 'cases.found' : 'cases.foundThere')}: {whatOf(c)}.
      </p>
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
    </section>
  )
}

/** Note is why a case was opened: in the node's words where it was opened by a rule, else in a person's. */
function Note({ c }: { c: Detail }) {
  const ours = (c.things ?? []).some((i) => i.rule)
  return <span lang={ours ? langOfNode() : undefined}>{c.note}</span>
}

// groundOf is the paragraph or custom on which a limit rests.
const groundOf = (r: { name: string; source: string }, language: string) =>
  (language === 'es' && groundsEs[r.name]) || r.source

/** Limits are all limits of time that apply, the one that ends first on top. */
function Limits({ due, overdue }: { due: Detail['due']; overdue: boolean }) {
  const t = useWords()
  const all = due.all ?? []
  return (
    <section className="card stack tight" aria-labelledby="clock">
      <h2 id="clock">{t('cases.clock')}</h2>
      {all.length === 0 ? <p className="quiet">{t('cases.clockNone')}</p> : null}
      {all.length > 1 ? <p className="quiet small">{t('cases.clockFirst')}</p> : null}
      <ol className="limits">
        {all.map((e, i) => (
          <li key={`${e.rule.name} ${e.at}`}>
            {i === 0 ? <Clock at={e.at} late={overdue} /> : <time dateTime={e.at}>{day(e.at)}</time>}
            <span className="small">{t(`cases.rules.${e.rule.name}`, { defaultValue: e.rule.text })}</span>
            <span className="small quiet">
              {[
                lengthOf(t, e.rule),
                groundOf(e.rule, i18next.language),
                e.rule.unconfirmed ? t('cases.unconfirmed') : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
