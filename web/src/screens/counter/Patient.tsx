import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { unitOf, wordOf } from '../../parts/word'
import { useWords } from '../../words'
import './words'

// What the answer rests on decides what is said; of the rest the answer's word does.
const sayings: Record<string, 'recalled' | 'expired'> = {
  'verdict/recalled': 'recalled',
  'verdict/expired': 'expired',
}

/** Patient says what a pharmacist can tell who waits for a pack that can't be handed out, and what to do then. */
export function Patient({ answer }: { answer: Schemas['Answer'] }) {
  const t = useWords()
  const { may } = useMe()
  const saying = sayings[answer.rule] ?? (wordOf(answer.word) === 'stop' ? 'stop' : 'tell')
  const { gtin } = unitOf(answer.path)
  return (
    <details className="patient no-print">
      <summary>{t('counter.patient.open')}</summary>
      <div className="stack tight">
        <p>
          {t('counter.patient.say')}: {t(`counter.patient.${saying}`)}
        </p>
        <ol>
          <li>
            {t('counter.patient.other')}{' '}
            {gtin && may('read-goods') ? (
              <Link to="/goods" search={{ gtin }}>
                {t('counter.patient.stock')}
              </Link>
            ) : null}
          </li>
          <li>{t('counter.patient.none')}</li>
          {saying === 'recalled' ? <li>{t('counter.patient.home')}</li> : null}
        </ol>
        {saying === 'stop' || saying === 'tell' ? <p className="quiet">{t('counter.patient.alone')}</p> : null}
      </div>
    </details>
  )
}
