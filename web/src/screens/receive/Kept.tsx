import { useEffect } from 'react'
import { Refused, signedOut } from '../../api/client'
import { plain } from '../../app/recognise'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { when } from '../../parts/When'
import { useWords } from '../../words'
import type { useDock } from './useDock'

type Dock = ReturnType<typeof useDock>
const shownMost = 20

/** Why scans wait, each with a sentence of what to do: nobody is signed in, the person may not, or no answer comes. */
function whyOf(fault: unknown): 'out' | 'may' | 'away' {
  if (fault instanceof Refused && fault.status === 401) return 'out'
  return fault instanceof Refused && fault.status === 403 ? 'may' : 'away'
}

/** Kept says which scans the node does not have, and why. */
export function Kept({ dock }: { dock: Dock }) {
  const t = useWords()
  return (
    <>
      {dock.waiting.length > 0 && dock.fault ? <Waiting dock={dock} /> : null}
      {dock.fault && dock.waiting.length === 0 ? <Fault error={dock.fault} /> : null}
      {dock.refused.map(({ kept, error }) => (
        <section key={kept.key} className="stack tight">
          <h2>{t('receive.session.notTaken', { code: kept.raw })}</h2>
          <Fault error={error} />
          <div className="row">
            <button type="button" className="button" onClick={() => dock.forget(kept)}>
              {t('receive.session.forget')}
            </button>
          </div>
        </section>
      ))}
    </>
  )
}

function Waiting({ dock }: { dock: Dock }) {
  const t = useWords()
  const why = whyOf(dock.fault)
  const out = why === 'out'
  useEffect(() => {
    if (out) signedOut()
  }, [out])
  const count = dock.waiting.length
  return (
    <section className="card late stack tight" aria-label={t('receive.session.waiting')}>
      <div role="alert">
        <p>
          {out ? `${t('receive.session.signedOut')} ` : ''}
          {t(`receive.session.unsent.${why}`, { count })}
        </p>
      </div>
      <ul className="items">
        {dock.waiting.slice(0, shownMost).map((kept) => (
          <li key={kept.key}>
            <span className="code">{plain(kept.raw)}</span>{' '}
            <span className="quiet small">
              {when(new Date(kept.at).toISOString())} · {t(`receive.session.waits.${why}`)}
            </span>
            {why === 'may' ? (
              <Ask
                label={t('receive.session.giveUp')}
                name={`${t('receive.session.giveUp')}: ${plain(kept.raw)}`}
                sure={t('receive.session.giveUpSure')}
                act={() => dock.giveUp(kept)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {count > shownMost ? (
        <p className="quiet small">{t('receive.session.andMore', { count: count - shownMost })}</p>
      ) : null}
      <div className="row">
        <button
          type="button"
          className={`button ${out ? 'main' : ''}`}
          onClick={() => (out ? signedOut() : void dock.flush())}
        >
          {t(out ? 'receive.session.signIn' : 'receive.session.sendNow')}
        </button>
      </div>
    </section>
  )
}
