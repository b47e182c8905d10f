import i18next from 'i18next'
import { Fragment } from 'react'
import type { Schemas } from '../../api/client'
import { KnowChip } from '../../parts/Known'
import { Shape } from '../../parts/Shapes'
import type { Word } from '../../parts/word'
import { useWords } from '../../words'
import { Told } from './book'
import {
  type Authority as Answer,
  bySite,
  lightOf,
  nextOf,
  type Partner,
  placeOf,
  type Standing,
  wholeOf,
} from './standing'

/** dayOf writes a day of a list or a licence, which is the same day everywhere. */
export function dayOf(text: string | undefined): string {
  const at = text ? new Date(text.slice(0, 10)) : undefined
  if (!at || Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1900) return ''
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
}

/** Whole is the answer to "may I trade with them today": one word, one sentence, what to do now. */
export function Whole({ p, standings }: { p: Partner; standings: Standing[] }) {
  const t = useWords()
  const whole = wholeOf(standings)
  const holes = { name: p.name, ...whole }
  const some = whole.word === 'stop' ? whole.refused < whole.sites : whole.authorised > 0
  const says = standings.length === 0 ? 'noRole' : whole.word === 'ok' || !some ? whole.word : `${whole.word}Some`
  const worst = standings.find((s) => lightOf(s.authority.word) === whole.word)
  const site = (p.sites ?? []).find((s) => s.gln === worst?.gln)
  const next = worst ? nextOf(worst.authority, site) : undefined
  return (
    <section className={`verdict ${whole.word}`} aria-label={t(`partners.words.${whole.word}`)}>
      <p className="word">
        <Shape word={whole.word} />
        {t(`partners.words.${whole.word}`)}
      </p>
      <p className="says">{t(`partners.whole.${says}`, holes)}</p>
      {next || says === 'noRole' ? (
        <p className="next">
          <strong>{t('verdict.next')}:</strong> {t(next ? `partners.next.${next}` : 'partners.whole.noRoleNext')}
        </p>
      ) : null}
    </section>
  )
}

/** BySite is the answer of each site and role, with what it rests on. */
export function BySite({ p, standings }: { p: Partner; standings: Standing[] }) {
  const t = useWords()
  if (standings.length === 0) return null
  return (
    <section className="stack tight" aria-labelledby="by-site">
      <h2 id="by-site">{t('partners.authority.title')}</h2>
      <p className="quiet small">{t('partners.authority.limits')}</p>
      {bySite(standings).map((s) => {
        const site = (p.sites ?? []).find((other) => other.gln === s.gln)
        return (
          <article className="card stack tight" key={s.gln} aria-label={s.gln || t('partners.authority.whole')}>
            <div className="row spread">
              <h3>
                {site ? site.name || placeOf(site) || s.gln : t('partners.authority.whole')}{' '}
                {s.gln ? <span className="code quiet">{s.gln}</span> : null}
              </h3>
              <Told word={s.word} />
            </div>
            {s.standings.map((one) => (
              <details key={one.role} open={one.authority.word !== 'authorised' || s.standings.length === 1}>
                <summary>
                  {t(`partners.roles.${one.role}`, { defaultValue: one.role })}:{' '}
                  {t(`partners.words.${lightOf(one.authority.word)}`)}
                </summary>
                <Answered a={one.authority} next={nextOf(one.authority, site)} />
              </details>
            ))}
          </article>
        )
      })}
    </section>
  )
}

const stateWord = (state: string | undefined): Word =>
  state === 'in-effect' ? 'ok' : !state || state === 'stale' ? 'tell' : 'stop'

/** Answered is one answer of the check: what is needed, what was found, and what to do. */
export function Answered({ a, next }: { a: Answer; next?: string }) {
  const t = useWords()
  const needs = a.needs ?? []
  const grounds = a.grounds ?? []
  return (
    <div className="stack tight">
      {needs.length > 0 ? (
        <ul className="needs" aria-label={t('partners.authority.needs')}>
          {needs.map((n) => (
            <li key={n.kind} className={`light ${stateWord(n.state)}`}>
              <Shape word={stateWord(n.state)} />
              <span>
                {t(`partners.kinds.${n.kind}`, { defaultValue: n.kind })}:{' '}
                {t(`partners.states.${n.state || 'none'}`, { defaultValue: n.state })}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p>{a.text}</p>
      )}
      {next ? (
        <p>
          <strong>{t('verdict.next')}:</strong> {t(`partners.next.${next}`)}
        </p>
      ) : null}
      <p className="quiet small">{t('partners.authority.grounds')}</p>
      {grounds.length === 0 ? <p className="quiet">{t('partners.authority.noGrounds')}</p> : null}
      <ul className="facts-list">
        {grounds.map((g) => (
          <GroundLine key={JSON.stringify(g)} g={g} height={a.height} />
        ))}
      </ul>
    </div>
  )
}

function GroundLine({ g, height }: { g: Schemas['PartnerGround']; height?: number }) {
  const t = useWords()
  const word = g.kind === 'accreditation' ? 'tell' : stateWord(g.state)
  const taken = g.state === 'revoked' || g.state === 'suspended'
  const parts = [
    g.number ? t('partners.authority.number', { number: g.number }) : '',
    g.place ?? '',
    dayOf(g.from) ? t(`partners.authority.${taken ? 'since' : 'from'}`, { day: dayOf(g.from) }) : '',
    dayOf(g.to) ? t('partners.authority.to', { day: dayOf(g.to) }) : '',
    g.source === 'ledger' ? t('partners.authority.ledger') : g.source,
    dayOf(g.as_of) ? t('partners.authority.asOf', { day: dayOf(g.as_of) }) : '',
    g.line ? t('partners.authority.line', { line: g.line }) : '',
    g.kind === 'accreditation' ? t('partners.authority.aside') : '',
  ].filter(Boolean)
  const ledger = g.source === 'ledger'
  return (
    <li>
      <span className={`light ${word}`}>
        <Shape word={word} />
      </span>
      <span>
        {t(`partners.kinds.${g.kind || 'member'}`, { defaultValue: g.kind })}:{' '}
        {t(`partners.states.${g.state}`, { defaultValue: g.state })}
        <span className="quiet small sub">
          {parts.map((part, i) => (
            <Fragment key={part}>
              {i > 0 ? ' · ' : ''}
              {part}
            </Fragment>
          ))}
        </span>
      </span>
      <KnowChip
        basis={{
          known: g.known,
          source: g.source,
          as_of: g.as_of,
          height: ledger ? height : undefined,
          evidence: g.list ? `${g.source} ${g.list}` : undefined,
          stale: g.state === 'stale',
        }}
      />
    </li>
  )
}
