import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useKept } from '../../app/kept'
import { useMe } from '../../app/me'
import { useScans } from '../../app/scans'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
import { langOfNode, useWords } from '../../words'
import { plain } from '../../words/plain'
import { Found } from './Found'
import './words'
import '../../style/receive.css'

type Partner = Schemas['PartnerPartner']
/** What came of shipping: where it stands now, and what of it did not go as it should. */
type Outcome = { id?: string; unsent?: string; refused: { path: string; text: string }[] }

const linesOf = (text: string) => [...new Set(text.split('\n').map((l) => l.trim()))].filter(Boolean)

/** To a member goods are offered on the ledger; to anybody else they leave the network. */
const check = async (p: Partner, items: string[], po: string): Promise<Schemas['Found'][]> => {
  if (p.org) return (await of(api.POST('/api/v1/shipments/check', { body: { items, to: p.org, po } }))).found ?? []
  const out = await of(
    api.POST('/api/v1/departures/prepare', { body: { items, to: String(p.id), po, check_only: true } }),
  )
  return out.checked?.found ?? []
}

const ship = async (p: Partner, items: string[], po: string): Promise<Outcome> => {
  if (!p.org) {
    const out = await of(api.POST('/api/v1/departures/prepare', { body: { items, to: String(p.id), po } }))
    return { id: out.id, unsent: out.posted?.unsent, refused: [] }
  }
  const out = await of(api.POST('/api/v1/shipments', { body: { items, to: p.org, po } }))
  const refused = (out.items ?? []).flatMap((i) => (i.refused ? [{ path: i.path, text: i.refused }] : []))
  return { id: refused.length < (out.items ?? []).length ? out.id : undefined, refused }
}

/** New ships goods: what is scanned goes to a customer, with its data. */
export function New() {
  const t = useWords()
  const go = useNavigate()
  const { may } = useMe()
  const id = useId()
  const [to, items, po] = [useKept('ship.to'), useKept('ship.items'), useKept('ship.po')]
  const partners = useQuery({
    queryKey: ['partners', 'all'],
    // 0 is the organisation itself.
    queryFn: async () => (await of(api.GET('/api/v1/partners'))).filter((p) => p.id !== 0),
  })
  const customer = partners.data?.find((p) => String(p.id) === to.text)
  const codes = linesOf(items.text)
  const look = useMutation({ mutationFn: (p: Partner) => check(p, codes, po.text.trim()) })
  // What was checked was something else than what stands there now.
  const change = (kept: typeof to, text: string) => {
    look.reset()
    kept.set(text)
  }
  useScans((text) => change(items, `${linesOf(`${items.text}\n${text}`).join('\n')}\n`))
  const send = useMutation({
    mutationFn: (p: Partner) => ship(p, codes, po.text.trim()),
    onSuccess: (out) => {
      if (!out.id && out.refused.length > 0) return
      for (const kept of [to, items, po]) kept.taken()
      if (out.id && out.refused.length === 0 && !out.unsent)
        void go({ to: '/send/$shipment', params: { shipment: out.id } })
    },
  })
  const ready = customer !== undefined && codes.length > 0
  const busy = look.isPending || send.isPending
  if (partners.isError && !partners.data) return <Fault error={partners.error} again={() => void partners.refetch()} />
  if (!partners.data) return <Skeleton lines={6} />
  return (
    <>
      <div className="row spread">
        <div className="stack tight">
          <h1>{t('send.new.title')}</h1>
          <p className="quiet">{t('send.new.intro')}</p>
        </div>
        <Link className="button bare" to="/send" search={{}}>
          {t('send.back')}
        </Link>
      </div>
      {may('ship') ? null : <p className="empty">{t('fault.noPermission')}</p>}
      {partners.data.length === 0 ? <p role="status">{t('send.new.nobody')}</p> : null}
      <form
        className="card stack"
        onSubmit={(e) => {
          e.preventDefault()
          if (customer) look.mutate(customer)
        }}
      >
        <div className="field">
          <label htmlFor={`${id}-to`}>{t('send.new.to')}</label>
          <select id={`${id}-to`} required value={to.text} onChange={(e) => change(to, e.target.value)}>
            <option value="">{t('module.choose')}</option>
            {partners.data.map((p) => (
              <option key={p.id} value={p.id}>
                {p.org ? p.name : t('send.new.outside', { name: p.name })}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${id}-items`}>{t('send.new.items')}</label>
          <textarea
            id={`${id}-items`}
            className="code"
            required
            rows={5}
            spellCheck={false}
            value={items.text}
            onChange={(e) => change(items, e.target.value)}
            aria-describedby={`${id}-hint`}
          />
          <p id={`${id}-hint`} className="quiet small">
            {t('send.new.itemsHint')}
          </p>
        </div>
        <div className="field">
          <label htmlFor={`${id}-po`}>{t('send.new.po')}</label>
          <input
            id={`${id}-po`}
            value={po.text}
            onChange={(e) => change(po, e.target.value)}
            maxLength={64}
            autoComplete="off"
          />
        </div>
        <div className="row">
          {customer && ready && may('ship') ? (
            <Ask
              main
              label={t('send.new.send')}
              sure={t('send.new.sure', { count: codes.length, name: customer.name })}
              busy={busy}
              act={() => send.mutate(customer)}
            />
          ) : (
            <button type="button" className="button main" disabled>
              {t('send.new.send')}
            </button>
          )}
          <button type="submit" className="button" disabled={!ready || busy || !may('ship')}>
            {t('send.new.check')}
          </button>
        </div>
      </form>
      {busy ? <Skeleton lines={3} /> : null}
      {look.isError ? <Fault error={look.error} /> : null}
      {send.isError ? <Fault error={send.error} /> : null}
      {send.data ? <Came out={send.data} /> : null}
      {look.data ? (
        <section className="stack tight" aria-label={t('send.checked')}>
          <Found found={look.data} />
        </section>
      ) : null}
    </>
  )
}

/** Came says what of a shipment did not go as it should. */
function Came({ out }: { out: Outcome }) {
  const t = useWords()
  if (out.refused.length === 0 && !out.unsent) return null
  return (
    <section className="card stack tight" role="alert">
      {out.unsent ? (
        <p>
          {t('send.new.unsent')} <span lang={langOfNode()}>{plain(out.unsent)}</span>
        </p>
      ) : null}
      {out.refused.length > 0 ? <p>{t('send.new.refused')}</p> : null}
      <ul className="items">
        {out.refused.map((r) => (
          <li key={r.path}>
            <span className="code">{r.path}</span> <span lang={langOfNode()}>{plain(r.text)}</span>
          </li>
        ))}
      </ul>
      {out.id ? (
        <Link className="button" to="/send/$shipment" params={{ shipment: out.id }}>
          {t('send.new.open')}
        </Link>
      ) : null}
    </section>
  )
}
