import { type ReactNode, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useMe, useOrg } from '../../app/me'
import { Shape } from '../../parts/Shapes'
import { readable, when } from '../../parts/When'
import { expiryOf, unitOf, wordOf } from '../../parts/word'
import { rule } from '../../words'
import './words'

/** PrintLabel prints a label to put on goods that are kept apart: what it is, why, and by whom it was checked; nothing else of the page. */
export function PrintLabel({ answer }: { answer: Schemas['Answer'] }) {
  const { t } = useTranslation()
  const [at, setAt] = useState<string>()
  useEffect(() => {
    if (!at) return
    const root = document.documentElement
    root.dataset.print = 'label' // the rest of the page is left out meanwhile
    const over = () => setAt(undefined)
    addEventListener('afterprint', over)
    print()
    return () => {
      removeEventListener('afterprint', over)
      delete root.dataset.print
    }
  }, [at])
  return (
    <>
      <button type="button" className="button" onClick={() => setAt(new Date().toISOString())}>
        {t('counter.label.print')}
      </button>
      {at ? createPortal(<Label answer={answer} at={at} />, document.body) : null}
    </>
  )
}

function Label({ answer, at }: { answer: Schemas['Answer']; at: string }) {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const org = useOrg()
  const word = wordOf(answer.word)
  const unit = unitOf(answer.path)
  const says = rule(answer.rule, answer.text, answer.next)
  const who = [me.data?.kind === 'person' ? me.data.name : '', org.data?.name ?? me.data?.org].filter(Boolean)
  const rows: [string, ReactNode][] = [
    [t('unit.gtin'), unit.gtin],
    [t('unit.serial'), unit.serial],
    [t('unit.sscc'), unit.sscc],
    [t('unit.lot'), answer.lot],
    [t('unit.expiry'), expiryOf(answer.expiry, i18n.language)],
    [t('counter.label.checked'), when(at)],
    [t('counter.label.by'), who.join(', ')],
    [t('counter.label.decided'), <span key="line" className="line" />],
  ]
  return (
    <section className="label" data-testid="label">
      <p className="word">
        <Shape word={word} />
        {t(`counter.label.${word}`)}
      </p>
      <p>
        {t(`verdict.${word}`)}: {readable(says.text)}
      </p>
      {answer.product ? <p className="product">{answer.product}</p> : null}
      <dl className="facts">
        {rows
          .filter(([, value]) => value)
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
