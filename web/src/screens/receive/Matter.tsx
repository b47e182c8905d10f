import { useTranslation } from 'react-i18next'
import { printedOf, unitOf } from '../../parts/word'
import { rule } from '../../words'
import { useFindings } from '../../words/findings'
import { plain } from '../../words/plain'
import { words } from './words'

type Says = { name: string; text: string; next: string; lang?: string; own?: string }
type Found = ReturnType<typeof useFindings>

/** sayingOf is what a rule of the dock says: the node's own sentence in English, for it has the values; the next step is one of this page. */
export function sayingOf(language: string, found: Found, name: string | undefined, text = '', next = ''): Says {
  const list = (language === 'es' ? words.es.rules : words.en.rules) as Record<string, Says>
  // Of what can't be read a wrong digit is told by itself: the node's words of it are for who writes programs.
  const digit = name === 'dock/unreadable' && /check digit/.test(text)
  if (digit) return { ...(list['dock/check-digit'] as Says) }
  const own = list[name ?? '']
  const data = own ? undefined : found(name ?? '', next)
  if (data) return { name: '', text: data.text, next: data.next, own: plain(text) }
  if (!own) return { name: '', ...rule(name ?? '', text, next) }
  if (language === 'es') return { ...own, own: plain(text) }
  return { name: own.name, text: plain(text) || own.text, next: own.next } // a step of this page, where the node knows no buttons
}

/** Matter is what is the matter with a thing, and what to do now. */
export function Matter({ rule: name, text, next }: { rule?: string; text?: string; next?: string }) {
  const { t, i18n } = useTranslation()
  const says = sayingOf(i18n.language, useFindings(), name, text, next)
  return (
    <>
      {says.text ? (
        <p className="says" lang={says.lang}>
          {says.text}
        </p>
      ) : null}
      {says.own ? (
        <p className="quiet small" lang="en">
          {says.own}
        </p>
      ) : null}
      {says.next ? (
        <p className="next">
          <strong>{t('receive.session.next')}:</strong> <span lang={says.lang}>{says.next}</span>
        </p>
      ) : null}
    </>
  )
}

/** Thing names a pack or a container as it is printed on it. */
export function Thing({ path, kind }: { path: string; kind?: string }) {
  const { t } = useTranslation()
  const unit = unitOf(path)
  return (
    <span>
      {kind ? <span className="quiet">{t(`receive.kinds.${kind}`, { defaultValue: kind })} </span> : null}
      <span className="code">
        {unit.gtin ? <span className="gtin">GTIN {unit.gtin} </span> : null}
        {unit.gtin ? `SN ${unit.serial ?? ''}` : nameOf(path)}
      </span>
    </span>
  )
}

/** nameOf is a path in the words of its label. */
export const nameOf = printedOf
