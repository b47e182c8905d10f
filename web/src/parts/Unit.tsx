import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me'
import { expiryOf, unitOf } from './word'

/** Copy puts a text on the clipboard. */
export function Copy({ text }: { text: string }) {
  const { t } = useTranslation()
  const [done, setDone] = useState(false)
  return (
    <button
      type="button"
      className="button bare small no-print"
      onClick={async () => {
        await navigator.clipboard.writeText(text)
        setDone(true)
      }}
    >
      {done ? t('unit.copied') : t('unit.copy')}
    </button>
  )
}

/** UnitId is a pack's or a container's number, as it is printed on it; the product's leads to what is known of it. */
export function UnitId({
  path,
  lot,
  expiry,
  product,
  journey,
}: {
  path: string
  lot?: string
  expiry?: string
  product?: string
  /** whether its number leads to its journey */
  journey?: boolean
}) {
  const { t, i18n } = useTranslation()
  const unit = unitOf(path)
  const { may } = useMe()
  const gtin =
    unit.gtin && may('read-goods') ? (
      <Link to="/products/$product" params={{ product: unit.gtin }}>
        {unit.gtin}
      </Link>
    ) : (
      unit.gtin
    )
  const toJourney = (number?: string) =>
    number && journey ? (
      <Link to="/journey" search={{ id: path }}>
        {number}
      </Link>
    ) : (
      number
    )
  const rows: [string, ReactNode][] = [
    [t('unit.gtin'), gtin],
    [t('unit.serial'), toJourney(unit.serial)],
    [t('unit.sscc'), toJourney(unit.sscc)],
    [t('unit.lot'), lot],
    [t('unit.expiry'), expiryOf(expiry, i18n.language)],
  ]
  return (
    <div className="stack tight">
      {product ? <h2>{product}</h2> : null}
      <dl className="facts">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className="code">{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  )
}
