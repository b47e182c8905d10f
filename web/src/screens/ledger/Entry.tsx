import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { ProofSteps } from '../../parts/ProofSteps'
import { ShipmentLink } from '../../parts/ShipmentLink'
import { Fields } from '../../parts/Value'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { ActName, Ended, MemberLink, useMembers } from './parts'
import './words'

/** Entry is one entry: what everybody can read of it, whether one may see what is behind it, and its receipt, checked here. */
export function Entry() {
  const t = useWords()
  const { may } = useMe()
  const { id } = useParams({ strict: false }) as { id: string }
  const q = useQuery({
    queryKey: ['entry', id],
    queryFn: () => of(api.GET('/api/v1/entries/{id}/public', { params: { path: { id } } })),
  })
  if (!q.data)
    return (
      <>
        <h1>{t('ledger.entry')}</h1>
        {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : <Skeleton lines={6} />}
      </>
    )
  const e = q.data
  const file = `${id.slice(0, 16)}`
  return (
    <>
      <nav className="small no-print" aria-label={t('ledger.title')}>
        <Link to="/ledger" search={{}}>
          {t('ledger.back')}
        </Link>
      </nav>
      <div className="row spread">
        <h1>{t('ledger.entry')}</h1>
        <Export name={file} rows={[e]} answer={e} receipt={may('read-proofs') ? e.receipt : undefined} />
      </div>
      <p className="code">{id}</p>
      <Facts entry={e} />
      <section className="stack tight">
        <h2>{t('ledger.shows')}</h2>
        <p className="quiet">{t('ledger.showsWhy')}</p>
        {(e.payloads ?? []).map((p, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one entry may do the same twice
          <details key={i} className="card">
            <summary>
              <ActName act={p.act} /> <span className="quiet">· {t('ledger.bytes', { count: p.bytes })}</span>
            </summary>
            {p.message && typeof p.message === 'object' ? <Fields of={p.message as Record<string, unknown>} /> : null}
          </details>
        ))}
      </section>
      <Behind id={id} by={e.by ?? []} />
      {may('read-proofs') ? (
        <ProofSteps kind="receipt" address={e.receipt} file={`${file}.receipt.pedigree`} />
      ) : (
        <p className="quiet">{t('ledger.noProof')}</p>
      )}
    </>
  )
}

function Facts({ entry: e }: { entry: Schemas['PublicEntry'] }) {
  const t = useWords()
  return (
    <dl className="facts">
      <dt>{t('ledger.kind')}</dt>
      <dd>
        {(e.acts ?? []).map((act, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one entry may do the same twice
          <div key={i}>
            <ActName act={act} />
          </div>
        ))}
      </dd>
      <dt>{t('ledger.by')}</dt>
      <dd>
        {(e.by ?? []).map((org) => (
          <div key={org}>
            <MemberLink id={org} />
          </div>
        ))}
      </dd>
      <dt>{t('ledger.result')}</dt>
      <dd>
        <Ended entry={e} />
      </dd>
      {e.text ? (
        <>
          <dt>{t('ledger.why')}</dt>
          <dd lang="en">{e.text}</dd>
        </>
      ) : null}
      <dt>{t('ledger.height')}</dt>
      <dd>
        <Link to="/ledger/block/$height" params={{ height: String(e.height) }}>
          {e.height}
        </Link>
      </dd>
      <dt>{t('ledger.time')}</dt>
      <dd>
        <When at={e.time} />
      </dd>
      <dt>{t('ledger.index')}</dt>
      <dd>{e.index + 1}</dd>
      <dt>{t('ledger.signers')}</dt>
      <dd>{e.signers}</dd>
      <dt>{t('ledger.size')}</dt>
      <dd>{t('ledger.bytes', { count: e.bytes })}</dd>
    </dl>
  )
}

/** Behind says whether one may see the facts behind an entry, and whom to ask when not. */
function Behind({ id, by }: { id: string; by: string[] }) {
  const t = useWords()
  const { may, data: me } = useMe()
  const members = useMembers()
  const looks = may('read-goods')
  const q = useQuery({
    queryKey: ['behind', id],
    queryFn: () => of(api.GET('/api/v1/trace/behind', { params: { query: { entry: id } } })),
    enabled: looks,
  })
  const things = q.data?.things ?? []
  const shipments = q.data?.shipments ?? []
  const own = q.data?.own || (me !== undefined && by.includes(me.org))
  const seen = own || things.length > 0 || shipments.length > 0
  return (
    <section className="card stack tight" data-testid="behind">
      <h2>{t('ledger.behind')}</h2>
      {looks ? null : <p className="quiet">{t('ledger.noBehind')}</p>}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {looks && q.isPending ? <Skeleton lines={2} /> : null}
      {q.data && seen ? (
        <>
          <p>
            <strong>{t('ledger.mine')}</strong> {own ? t('ledger.mineSent') : ''}
          </p>
          {shipments.map((s) => (
            <p key={s.id}>
              <ShipmentLink id={s.id} outgoing={s.outgoing}>
                {t('ledger.shipment')}{' '}
                {t(s.outgoing ? 'ledger.shipmentOut' : 'ledger.shipmentIn', { partner: s.partner })}
              </ShipmentLink>
            </p>
          ))}
          {things.length > 0 ? <h3>{t('ledger.things')}</h3> : null}
          <ul className="plain">
            {things.map((path) => (
              <li key={path}>
                <Link to="/journey" search={{ id: path }} className="code">
                  {path}
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {q.data && !seen ? (
        <>
          <p>
            <strong>{t('ledger.notMine')}</strong>
          </p>
          <p>{t('ledger.askWhom', { who: by.map(members.name).join(', ') })}</p>
          <div>
            <Link className="button" to="/all/$list" params={{ list: 'list-partners' }} search={{}}>
              {t('ledger.askBook')}
            </Link>
          </div>
        </>
      ) : null}
    </section>
  )
}
