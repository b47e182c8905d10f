import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Fault } from '../../parts/Fault'
import { Shape } from '../../parts/Shapes'
import { when } from '../../parts/When'
import type { Word } from '../../parts/word'
import { useWords } from '../../words'
import { useFindings } from '../../words/findings'
import { Matter, nameOf, sayingOf, Thing } from './Matter'
import type { Line, useDock } from './useDock'
import { sessionFor } from './where'

type Dock = ReturnType<typeof useDock>
const wordOf = (beep: string): Word => (beep === 'ok' || beep === 'again' ? 'ok' : beep === 'stop' ? 'stop' : 'tell')
const linesShown = 20
// What is expected elsewhere: in another session, or in a delivery that waits.
const there = ['dock/other-session', 'dock/other-delivery']

/** Last is what the newest scan of this browser came to, large and read aloud. */
export function Last({ dock }: { dock: Dock }) {
  const t = useWords()
  const line = dock.lines.find((l) => l.own)
  return (
    <div aria-live="assertive" aria-atomic="true" data-testid="last">
      {line ? (
        <Card key={line.key} line={line} dock={dock} />
      ) : (
        <div className="empty">
          <p>{t('receive.session.first')}</p>
        </div>
      )}
    </div>
  )
}

function Card({ line, dock }: { line: Line; dock: Dock }) {
  const t = useWords()
  const undo = useMutation({ mutationFn: () => dock.undo(line.number ?? 0) })
  const word = wordOf(line.beep)
  const inside = line.thing && (line.thing.packs > 1 || line.thing.kind !== 'pack')
  return (
    <section className={`verdict dock-verdict ${word}`} aria-label={t(`receive.session.beeps.${line.beep}`)}>
      <p className="word">
        <Shape word={word} />
        {t(`receive.session.beeps.${line.beep}`)}
      </p>
      <p>
        <Thing path={line.path} kind={line.thing?.kind} />
        {line.thing && inside ? (
          <span>
            {' '}
            · {t('receive.session.of', { found: line.thing.seen + line.thing.inferred, count: line.thing.packs })}
          </span>
        ) : null}
      </p>
      {line.undone ? (
        <p className="says">{t('receive.session.undone')}</p>
      ) : line.what === 'open' && word === 'ok' ? (
        <p className="says">{t('receive.session.opened')}</p>
      ) : (
        <Matter rule={line.rule} text={line.text} next={line.next} />
      )}
      {line.inside && line.inside.found !== 'seen' && !line.undone && line.rule !== 'dock/wrong-parent' ? (
        <p className="quiet small">{t('receive.session.byData', { name: nameOf(line.inside.path) })}</p>
      ) : null}
      {line.number && !line.undone && dock.open ? (
        <div className="row">
          {there.includes(line.rule ?? '') ? <There line={line} dock={dock} /> : null}
          {inside && !line.thing?.open && line.what !== 'open' ? (
            <button type="button" className="button" onClick={() => dock.scan(line.raw, 'open')}>
              {t('receive.session.sealBroken')}
            </button>
          ) : null}
          {line.thing && !line.thing.damaged ? (
            <button type="button" className="button" onClick={() => dock.scan(line.raw, 'damaged')}>
              {t('receive.session.damaged')}
            </button>
          ) : null}
          <button type="button" className="button" disabled={undo.isPending} onClick={() => undo.mutate()}>
            {t('receive.session.undo')}
          </button>
        </div>
      ) : null}
      {undo.isError ? <Fault error={undo.error} /> : null}
    </section>
  )
}

/** There goes on with a thing where it is expected: its scan is taken back here, and made there. */
function There({ line, dock }: { line: Line; dock: Dock }) {
  const t = useWords()
  const go = useNavigate()
  const move = useMutation({
    mutationFn: async () => {
      const id = await sessionFor(line.raw)
      if (id === undefined) throw new Error(t('receive.unknown', { code: nameOf(line.path) }))
      await dock.undo(line.number ?? 0)
      await go({ to: '/receive/$session', params: { session: String(id) }, search: { scan: line.raw } })
    },
  })
  return (
    <>
      <button type="button" className="button main" disabled={move.isPending} onClick={() => move.mutate()}>
        {t('receive.session.there')}
      </button>
      {move.isError ? <Fault error={move.error} again={() => move.mutate()} /> : null}
    </>
  )
}

/** Lines are the last scans, others' too. */
export function Lines({ dock, may }: { dock: Dock; may: boolean }) {
  const { t, i18n } = useTranslation()
  const found = useFindings()
  const undo = useMutation({ mutationFn: (n: number) => dock.undo(n) })
  return (
    <section className="stack tight">
      <h2>{t('receive.session.lines')}</h2>
      {dock.lines.length === 0 ? <p className="quiet">{t('receive.session.noLines')}</p> : null}
      <ul className="lines">
        {dock.lines.slice(0, linesShown).map((l) => (
          <li key={l.key}>
            <span className={`light ${wordOf(l.beep)}`}>
              <Shape word={wordOf(l.beep)} />
              <span className="hidden">{t(`receive.session.beeps.${l.beep}`)}</span>
            </span>
            <span className={l.undone ? 'gone' : ''}>
              <Thing path={l.path} />
              <span className="quiet small">
                {' '}
                {[
                  sayingOf(i18n.language, found, l.rule, l.text).name,
                  l.by ? t('receive.session.by', { who: l.by }) : '',
                  when(new Date(l.at).toISOString()),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {may && l.number && !l.undone && dock.open ? (
              <button
                type="button"
                className="button bare small"
                aria-label={`${t('receive.session.undo')}: ${nameOf(l.path)}`}
                disabled={undo.isPending}
                onClick={() => undo.mutate(l.number ?? 0)}
              >
                {t('receive.session.undo')}
              </button>
            ) : (
              <span className="quiet small">{l.undone ? t('receive.session.undone') : ''}</span>
            )}
          </li>
        ))}
      </ul>
      {undo.isError ? <Fault error={undo.error} /> : null}
    </section>
  )
}
