import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Act } from '../../offline/acts'
import { again, close, refresh, sync } from '../../offline/keeper'
import { refused, useDevice, waiting } from '../../offline/state'
import { Ask } from '../../parts/Ask'
import { UnitId } from '../../parts/Unit'
import { Light } from '../../parts/Verdict'
import { When, when } from '../../parts/When'
import { wordOf } from '../../parts/word'
import { rule, useWords } from '../../words'
import './words'
import '../../style/shift.css'

const iso = (at: number) => new Date(at).toISOString()

/** Device is what this device can do without a connection, what it has noted, and what became of that. */
export function Device() {
  const t = useWords()
  const d = useDevice()
  const no = refused(d)
  const yes = waiting(d)
  const settled = d.acts.filter((a) => a.state === 'done' || a.state === 'closed').reverse()
  return (
    <>
      <div className="stack tight">
        <h1>{t('shift.title')}</h1>
        <p className="quiet">{d.away ? t('offline.since', { when: when(iso(d.away)) }) : t('shift.connected')}</p>
        <p>{t('shift.why')}</p>
      </div>
      {d.full ? (
        <p className="notice" role="alert">
          {t('shift.full')}
        </p>
      ) : null}
      {no.length > 0 ? (
        <section className="stack">
          <h2>{t('shift.needsYou')}</h2>
          {no.map((a) => (
            <Conflict key={a.n} act={a} />
          ))}
        </section>
      ) : null}
      <section className="card stack tight">
        <div className="row spread">
          <h2>
            {t('shift.waiting')} <span className="quiet">{yes.length}</span>
          </h2>
          {yes.length > 0 && !d.away ? <Busy label={t('shift.sendNow')} act={sync} /> : null}
        </div>
        {yes.length > 0 ? <Acts acts={yes} /> : <p className="quiet">{t('shift.waitingNone')}</p>}
        {d.others > 0 ? <p>{t('shift.others', { count: d.others })}</p> : null}
      </section>
      <TakenList />
      {settled.length > 0 ? (
        <section className="card stack tight">
          <h2>{t('shift.sent')}</h2>
          <Acts acts={settled} />
        </section>
      ) : null}
    </>
  )
}

/** TakenList is what the device answers from, and until when. */
function TakenList() {
  const t = useWords()
  const { list, away } = useDevice()
  return (
    <section className="card stack tight">
      <div className="row spread">
        <h2>{t('shift.list')}</h2>
        {away ? null : <Busy label={t('shift.renew')} act={refresh} />}
      </div>
      {list ? (
        <>
          <dl className="facts">
            <dt>{t('shift.goods')}</dt>
            <dd>{list.goods}</dd>
            <dt>{t('shift.made')}</dt>
            <dd>
              <When at={iso(list.at)} />
            </dd>
            <dt>{t('shift.until')}</dt>
            <dd>
              <When at={iso(list.until)} />
            </dd>
            <dt>{t('shift.notices')}</dt>
            <dd>
              {list.noticesOf
                ? t('shift.noticesOf', { count: list.notices, day: list.noticesOf.slice(0, 10) })
                : t('shift.noNotices')}
            </dd>
          </dl>
          {list.whole ? null : <p className="notice">{t('shift.part')}</p>}
        </>
      ) : (
        <p className="quiet">{t('shift.none')}</p>
      )}
    </section>
  )
}

function Busy({ label, act }: { label: string; act: () => Promise<unknown> }) {
  const [busy, setBusy] = useState(false)
  return (
    <button
      type="button"
      className="button"
      disabled={busy}
      onClick={async () => {
        setBusy(true)
        await act().finally(() => setBusy(false))
      }}
    >
      {label}
    </button>
  )
}

/** adviceOf names the sentence of what to do about an act that was not taken. */
function adviceOf(a: Act): string {
  const name = a.told?.rule ?? ''
  if (a.kind === 'check') return 'checked'
  if (name.startsWith('auth/') || name === 'http/403' || name.endsWith('/denied')) return 'permission'
  if (a.kind !== 'dispense') return 'other'
  if (name === 'verdict/dispensed' || name === 'verdict/ended') return 'elsewhere'
  if (name === 'verdict/recalled') return 'recalled'
  if (/^verdict\/(held|suspect|illegitimate|stolen|frozen)$/.test(name)) return 'held'
  return 'other'
}

/** Conflict is one act that the node did not take, with why and what to do. */
function Conflict({ act }: { act: Act }) {
  const t = useWords()
  const { away } = useDevice()
  const told = act.told
  const says = rule(told?.rule ?? '', told?.text ?? '', told?.next ?? '')
  const advice = adviceOf(act)
  const said = advice === 'other' || advice === 'checked' // then it is the node that knows what to do
  return (
    <article className="card stack tight" aria-label={act.path}>
      <Light word={wordOf(told?.word)} />
      <UnitId path={act.path} product={act.product} />
      <p>{t('shift.doneAt', { what: t(`shift.kinds.${act.kind}`), done: when(act.at), told: when(told?.at) })}</p>
      <p lang={says.lang}>{says.text}</p>
      <p>
        <strong>{t('verdict.next')}:</strong> {t(`shift.advice.${advice}`)}
        {said && says.next ? <span lang={says.lang}> {says.next}</span> : null}
      </p>
      <div className="row">
        {away ? null : <Busy label={t('shift.again')} act={() => again(act)} />}
        <Ask label={t('shift.close')} sure={t('shift.sure')} act={() => void close(act)} />
        {away || !act.path ? null : (
          <Link className="button" to="/journey" search={{ id: act.path }}>
            {t('scan.journey')}
          </Link>
        )}
      </div>
    </article>
  )
}

function Acts({ acts }: { acts: Act[] }) {
  const t = useWords()
  return (
    <ul className="facts-list acts">
      {acts.map((a) => (
        <li key={a.n}>
          <span>
            {t(`shift.kinds.${a.kind}`)} · <When at={a.at} />
            <br />
            <span className="code">{a.path || a.code}</span>
          </span>
          <span className="quiet small">
            {t(`shift.states.${a.state}`)} {a.told ? <When at={a.told.at} /> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}
