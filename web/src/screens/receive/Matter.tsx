import { useTranslation } from 'react-i18next'
import { unitOf } from '../../parts/word'
import { rule } from '../../words'
import { words } from './words'

type Says = { name: string; text: string; next: string }

/** sayingOf is what a rule of the dock says: the node's own sentence in English, for it has the values; the next step is one of this page. */
export function sayingOf(language: string, name: string | undefined, text = '', next = ''): Says {
  const list = (language === 'es' ? words.es.rules : words.en.rules) as Record<string, Says>
  const own = list[name ?? '']
  if (!own) return { name: '', ...rule(name ?? '', text, next) }
  if (language === 'es') return own
  return { name: own.name, text: text || own.text, next: own.next } // the node's next step may name a command
}

/** Matter is what is the matter with a thing, and what to do now. */
export function Matter({ rule: name, text, next }: { rule?: string; text?: string; next?: string }) {
  const { t, i18n } = useTranslation()
  const says = sayingOf(i18n.language, name, text, next)
  return (
    <>
      {says.text ? <p className="says">{says.text}</p> : null}
      {says.next ? (
        <p className="next">
          <strong>{t('receive.session.next')}:</strong> {says.next}
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
export function nameOf(path: string): string {
  const unit = unitOf(path)
  if (unit.sscc) return `SSCC ${unit.sscc}`
  if (unit.gtin) return `GTIN ${unit.gtin} SN ${unit.serial ?? ''}`
  return path
}
