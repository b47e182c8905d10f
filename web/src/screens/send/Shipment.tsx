import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { Shape } from '../../parts/Shapes'
import { When, when } from '../../parts/When'
import type { Word } from '../../parts/word'
import { langOfNode, scenario, useWords } from '../../words'
import { plain } from '../../words/plain'
import { useRaised } from './exceptions'
import { Found } from './Found'
import { Leaving } from './Leaving'
import { isFailed, messageOf } from './message'
import './words'
import '../../style/receive.css'

/** Shipment is one shipment: its message, what is wrong with it by line, and what was raised about it. */
export function Shipment() {
  const { shipment: id } = useParams({ strict: false }) as { shipment: string }
  const t = useWords()
  const { may } = useMe()
  const client = useQueryClient()
  const q = useQuery({
    queryKey: ['shipments', 'one', id],
    queryFn: () => of(api.GET('/api/v1/shipments/{id}', { params: { path: { id } } })),
    refetchInterval: 5_000,
  })
  const raised = useRaised()
  const delivery = q.data?.delivery
  const sent = useQuery({
    queryKey: ['outbox', delivery],
    queryFn: () => of(api.GET('/api/v1/outbox/{id}', { params: { path: { id: delivery ?? '' } } })),
    enabled: Boolean(delivery),
    refetchInterval: 5_000,
  })
  const again = useMutation({
    mutationFn: async () => {
      if (delivery)
        return void (await of(api.POST('/api/v1/outbox/{id}/retry', { params: { path: { id: delivery } } })))
      const posted = await of(api.POST('/api/v1/shipments/{id}/document', { params: { path: { id } }, body: {} }))
      const p = posted.parcel
      if (p && (p.state === 'failed' || p.state === 'dropped'))
        await of(api.POST('/api/v1/parcels/{n}/retry', { params: { path: { n: p.number } } }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['shipments'] }),
  })
  const check = useMutation({
    mutationFn: () =>
      of(api.POST('/api/v1/shipments/{id}/document', { params: { path: { id } }, body: { check_only: true } })),
  })
  const message = q.data ? messageOf(q.data) : undefined
  // Whoever opens a message that failed wants the line: it is looked for at once.
  const looked = useRef(false)
  const look = check.mutate
  const wanted = may('send') && message !== undefined && message !== 'delivered' && q.data?.outgoing
  useEffect(() => {
    if (!wanted || looked.current) return
    looked.current = true
    look()
  }, [wanted, look])
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data || !message) return <Skeleton lines={6} />
  const s = q.data
  const word: Word = message === 'delivered' ? 'ok' : isFailed(message) ? 'stop' : 'tell'
  const reason = s.reason || sent.data?.reason
  const found = sent.data?.check?.findings ?? []
  return (
    <>
      <div className="row spread">
        <h1>{t('send.detail', { n: s.number })}</h1>
        <div className="row no-print">
          <Link className="button bare" to="/send" search={{}}>
            {t('send.back')}
          </Link>
          <Export
            name={`shipment-${s.number}`}
            rows={[s]}
            answer={{ ...s, delivery: sent.data ?? s.delivery, exceptions: raised.of(id) }}
            sealed={may('ship') && s.outgoing ? `/api/v1/shipments/${id}/file` : undefined}
          />
        </div>
      </div>
      <section className={`verdict dock-verdict ${word}`} aria-label={t(`send.messages.${message}`)}>
        <p className="word">
          <Shape word={word} />
          {t(`send.messages.${message}`)}
        </p>
        <p className="says">{t(`send.why.${message}`)}</p>
        {reason ? (
          <p>
            <strong>{t('send.reason')}:</strong> <span lang={langOfNode()}>{plain(reason)}</span>
          </p>
        ) : null}
        {may('send') && s.outgoing ? (
          <div className="row no-print">
            {message === 'generating' || message === 'generation-failed' ? null : (
              <button
                type="button"
                className={`button ${word === 'ok' ? '' : 'main'}`}
                disabled={again.isPending}
                onClick={() => again.mutate()}
              >
                {t('send.again')}
              </button>
            )}
            <button type="button" className="button" disabled={check.isPending} onClick={() => check.mutate()}>
              {t('send.check')}
            </button>
          </div>
        ) : null}
        {again.isSuccess ? <p role="status">{t('send.againDone')}</p> : null}
      </section>
      {s.state === 'not confirmed' && may('return') ? <Leaving id={id} /> : null}
      {again.isError ? <Fault error={again.error} again={() => again.mutate()} /> : null}
      {check.isError ? <Fault error={check.error} again={() => check.mutate()} /> : null}
      <div className="two">
        <div className="stack">
          {check.data ? <Check check={check.data.check} /> : null}
          {found.length > 0 ? (
            <section className="stack tight">
              <h2>{t('send.answered')}</h2>
              <ul className="items">
                {found.map((f) => (
                  <li key={`${f.item} ${f.reason}`}>
                    <span className="code">{f.item}</span> <span lang={langOfNode()}>{plain(f.reason ?? '')}</span>
                  </li>
                ))}
              </ul>
            </section>
          ) : null}
          <Raised id={id} />
        </div>
        <dl className="facts">
          <dt>{t('send.partner')}</dt>
          <dd>
            <PartnerName org={s.partner} />
          </dd>
          <dt>{t('send.lot')}</dt>
          <dd className="code">{s.lots?.join(', ') || '–'}</dd>
          <dt>{t('send.items')}</dt>
          <dd>{s.items}</dd>
          <dt>{t('send.state')}</dt>
          <dd>{t(`send.goods.${s.state}`, { defaultValue: s.state })}</dd>
          <dt>{t('send.shipped')}</dt>
          <dd>
            <When at={s.created} />
          </dd>
          {s.height ? (
            <>
              <dt>{t('send.height')}</dt>
              <dd>{s.height}</dd>
            </>
          ) : null}
          {s.deadline ? (
            <>
              <dt>{t('send.until')}</dt>
              <dd>
                <When at={s.deadline} />
              </dd>
            </>
          ) : null}
          {sent.data?.delivered ? (
            <>
              <dt>{t('send.evidence')}</dt>
              <dd>
                <When at={sent.data.delivered.at} />
              </dd>
            </>
          ) : null}
          <dt>{t('send.id')}</dt>
          <dd className="code">{s.id}</dd>
        </dl>
      </div>
    </>
  )
}

/** Check is what the receiver's program will find, and what the format of the route can't hold. */
function Check({ check }: { check: Schemas['Outgoing'] }) {
  const t = useWords()
  const lost = check.converted?.lost ?? []
  return (
    <section className="stack tight" aria-label={t('send.checked')}>
      <Found found={(check.converted?.checked ?? check.checked).found ?? []} />
      {lost.length > 0 ? (
        <>
          <p>{t('send.loses')}</p>
          <ul className="items">
            {lost.map((l) => (
              <li key={JSON.stringify(l)} lang={langOfNode()}>
                {l.text}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}

/** Raised are the exceptions that anybody opened about a shipment. */
function Raised({ id }: { id: string }) {
  const t = useWords()
  const raised = useRaised()
  const list = raised.of(id)
  return (
    <section className="stack tight">
      <h2>
        {t('send.cases')} <span className="quiet">{list.length || ''}</span>
      </h2>
      {raised.error ? <Fault error={raised.error} /> : null}
      {!raised.loading && list.length === 0 ? <p className="quiet">{t('send.noCases')}</p> : null}
      <ul className="items">
        {list.map((c) => (
          <li key={c.id}>
            <Link to="/cases/$id" params={{ id: c.id }}>
              {t('send.caseNumber', { number: c.number, what: scenario(c.scenario, c.what) })}
            </Link>{' '}
            {c.due?.at ? (
              <span className={c.overdue ? 'light stop small' : 'quiet small'}>
                {t(c.overdue ? 'send.overdue' : 'send.due', { when: when(c.due.at) })}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
