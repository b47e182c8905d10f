import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { useNames } from '../../app/names'
import { expiryOf } from '../../parts/word'

export type Facts = Schemas['CatalogFacts']
export type Conflict = Schemas['CatalogConflict']
export type Right = Schemas['CatalogRight']
export type Said = Schemas['CatalogSaid']

/** dutyEntries is the name under which the node keeps the organisation's own claims of a ground. */
const dutyEntries = 'duty'

/** useDay writes a day such as 2026-03-05 for people. A day is no time: it is the same in every zone. */
export function useDay() {
  const { i18n } = useTranslation()
  return (day: string | undefined) => (day && !day.startsWith('0001') ? expiryOf(day, i18n.language) : '')
}

/** useSource names who says something: what kind of source, and which one. */
export function useSource() {
  const { t } = useTranslation()
  const names = useNames()
  return (kind: string, who?: string) => {
    const name = t(`products.kinds.${kind}`, { defaultValue: kind })
    return who && !(kind === 'own' && who === dutyEntries) ? `${name} · ${names.partner(undefined, who)}` : name
  }
}

/** SourceChip says who says something, and of which day their word is. */
export function SourceChip({ said }: { said: Pick<Said, 'source'> & Partial<Said> }) {
  const { t } = useTranslation()
  const source = useSource()
  const day = useDay()
  const s = said.source
  const more = [
    day(s.as_of) ? t('products.asOf', { day: day(s.as_of) }) : '',
    s.document ? t('products.document', { number: s.document }) : '',
    said.to ? t('products.until', { day: day(said.to) }) : '',
    said.ended ? t('products.ended') : '',
  ].filter(Boolean)
  return (
    <span className="said-by">
      <bdi className={`chip source ${s.kind}`}>{source(s.kind, s.who)}</bdi>
      {more.length > 0 ? <span className="quiet small">{more.join(' · ')}</span> : null}
    </span>
  )
}
