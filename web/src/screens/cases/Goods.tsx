import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { expiryOf, unitOf } from '../../parts/word'
import { langOfNode, rule } from '../../words'
import { askKey } from './terms'

const shownFirst = 50

/** Goods are the things that a case is about, each with what is asked for it and what the partner says. */
export function Goods({ things }: { things: Schemas['CaseItem'][] }) {
  const { t } = useTranslation()
  const [most, setMost] = useState(shownFirst)
  return (
    <section className="stack tight" aria-labelledby="goods">
      <h2 id="goods">
        {t('cases.goods')} <span className="quiet">{things.length}</span>
      </h2>
      {things.length === 0 ? <p className="quiet">{t('cases.goodsNone')}</p> : null}
      <ul className="things">
        {things.slice(0, most).map((i) => (
          <Thing key={i.uuid} i={i} />
        ))}
      </ul>
      {things.length > most ? (
        <button type="button" className="button no-print" onClick={() => setMost(most + shownFirst)}>
          {t('module.more')}
        </button>
      ) : null}
    </section>
  )
}

/** ruleOf is what the rule of a finding says in another language than the node's. */
const ruleOf = (name: string | undefined) => {
  const says = name ? rule(name, '', '') : undefined
  return says?.lang === undefined ? says?.text : undefined
}

function Thing({ i }: { i: Schemas['CaseItem'] }) {
  const { t, i18n } = useTranslation()
  const facts = [
    i.lot ? `${t('unit.lot')} ${i.lot}` : '',
    i.expiry ? `${t('unit.expiry')} ${expiryOf(i.expiry, i18n.language)}` : '',
    i.ordered || i.received ? t('cases.counted', { ordered: i.ordered ?? 0, received: i.received ?? 0 }) : '',
  ].filter(Boolean)
  const own = ruleOf(i.rule)
  const said = i.says
    ? [
        i.says.gtin ? `${t('unit.gtin')} ${i.says.gtin}` : '',
        i.says.serial ? `${t('unit.serial')} ${i.says.serial}` : '',
        i.says.lot ? `${t('unit.lot')} ${i.says.lot}` : '',
        i.says.expiry ? `${t('unit.expiry')} ${expiryOf(i.says.expiry, i18n.language)}` : '',
      ].filter(Boolean)
    : []
  return (
    <li>
      <div className="stack tight">
        <Name i={i} />
        {facts.length > 0 ? <span className="small">{facts.join(' · ')}</span> : null}
        {own ? <span className="small">{own}</span> : null}
        {i.claim ? (
          <span className={`small ${own ? 'quiet' : ''}`} lang={langOfNode()}>
            {i.claim}
          </span>
        ) : null}
        {said.length > 0 ? (
          <span className="small">
            {t('cases.says')}: {said.join(' · ')}
          </span>
        ) : null}
        {i.doubt ? (
          <span className="small quiet" lang={langOfNode()}>
            {i.doubt}
          </span>
        ) : null}
      </div>
      <div className="stack tight small">
        <span>
          {t('cases.asksFor')}: {i.resolution ? t(askKey(i.resolution), { defaultValue: i.resolution }) : ''} ·{' '}
          <strong>{t(`cases.items.${i.state}`, { defaultValue: i.state })}</strong>
        </span>
        {i.offered ? (
          <span>{t('cases.offered', { what: t(askKey(i.offered), { defaultValue: i.offered }) })}</span>
        ) : null}
        {i.comment || i.follow_up ? (
          <span className="quiet">{[i.comment, i.follow_up].filter(Boolean).join(' · ')}</span>
        ) : null}
      </div>
    </li>
  )
}

/** Name is a thing as it is printed on it, with the way to its journey. */
export function Name({ i }: { i: Schemas['CaseItem'] }) {
  const { t } = useTranslation()
  if (i.path) {
    const unit = unitOf(i.path)
    const text = unit.sscc
      ? `${t('unit.sscc')} ${unit.sscc}`
      : `${unit.gtin ?? ''} ${unit.serial ? `${t('unit.serial')} ${unit.serial}` : ''}`
    return (
      <Link to="/journey" search={{ id: i.path }} className="code">
        {text}
      </Link>
    )
  }
  if (i.wrong) return <span className="code">{t('cases.wrong', { wrong: i.wrong, right: i.right ?? '?' })}</span>
  return <span className="code">{[i.gtin, i.serial].filter(Boolean).join(' ') || i.claim || i.uuid}</span>
}
