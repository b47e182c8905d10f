import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { crowded, placeOf } from '../../parts/place'
import { Shape } from '../../parts/Shapes'
import { save } from '../../parts/save'
import { csvOf } from '../../parts/word'
import { langOfNode } from '../../words'
import { useFindings } from '../../words/findings'
import { type Excerpt, excerptOf, excerpts, placeOf as markOf } from './excerpt'

type Finding = Schemas['Finding']
const severities = ['error', 'warning', 'info'] as const
type Severity = (typeof severities)[number]
const shapes = { error: 'stop', warning: 'tell', info: 'ok' } as const
const step = 50 // findings that are drawn more at a time

const rank = (f: Finding) => severities.indexOf(f.severity as Severity)
const wantOf = (f: Finding) => ({ line: f.where.line ?? 0, subject: f.subject || undefined })

/** Findings lists what is wrong with a file, each with its line, its remedy and what stands there. */
export function Findings({
  file,
  found,
  lenient,
  setLenient,
  listAll,
}: {
  file: File
  found: Schemas['CheckedFile']
  lenient: boolean
  setLenient: (on: boolean) => void
  listAll: () => void
}) {
  const { t } = useTranslation()
  const [only, setOnly] = useState<Severity>()
  const [shown, setShown] = useState(step)
  const [at, setAt] = useState(-1)
  const list = useRef<HTMLOListElement>(null)
  const counts: Record<Severity, number> = { error: found.errors, warning: found.warnings, info: found.infos }
  const all = useMemo(
    () => [...(found.findings ?? [])].sort((a, b) => rank(a) - rank(b) || (a.where.line ?? 0) - (b.where.line ?? 0)),
    [found.findings],
  )
  const crowds = useMemo(() => crowded(all.map((f) => f.where)), [all])
  const rows = all.filter((f) => !only || f.severity === only)
  const lines = useLines(file, all)
  const go = (to: number) => {
    if (to >= shown) setShown(to + step)
    setAt(to)
    requestAnimationFrame(() => {
      const item = list.current?.children[to] as HTMLElement | undefined
      item?.focus()
      item?.scrollIntoView({ block: 'center' })
    })
  }
  if (all.length === 0)
    return (
      <>
        <p>{t('file.none')}</p>
        <Lenient lenient={lenient} setLenient={setLenient} />
      </>
    )
  return (
    <>
      <div className="row spread no-print">
        <fieldset className="reasons">
          <legend className="hidden">{t('file.filter')}</legend>
          {([undefined, ...severities] as const).map((s) => (
            <label key={s ?? 'all'}>
              <input
                type="radio"
                name="severity"
                checked={only === s}
                onChange={() => {
                  setOnly(s)
                  setAt(-1)
                  setShown(step)
                }}
              />
              {s
                ? `${t(`file.counts.${s}`)} ${counts[s]}`
                : `${t('file.all')} ${found.errors + found.warnings + found.infos}`}
            </label>
          ))}
        </fieldset>
        <div className="row">
          <button type="button" className="button" disabled={at <= 0} onClick={() => go(at - 1)}>
            {t('file.previous')}
          </button>
          <button
            type="button"
            className="button"
            disabled={rows.length === 0 || at >= rows.length - 1}
            onClick={() => go(at + 1)}
          >
            {t('file.following')}
          </button>
          <span className="quiet" role="status">
            {at >= 0 ? t('file.place', { at: at + 1, of: rows.length }) : ''}
          </span>
        </div>
      </div>
      {rows.length === 0 ? <p className="quiet">{t('file.noneOf')}</p> : null}
      <ol className="findings" ref={list}>
        {rows.slice(0, shown).map((f, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings have no number of their own and don't move
          <li key={i} tabIndex={-1} className={`finding ${i === at ? 'here' : ''}`}>
            <One finding={f} lines={excerptOf(lines, wantOf(f))} crowds={crowds} />
          </li>
        ))}
      </ol>
      <div className="row no-print">
        {rows.length > shown ? (
          <button type="button" className="button" onClick={() => setShown(shown + step)}>
            {t('file.more', { count: Math.min(step, rows.length - shown) })}
          </button>
        ) : null}
        {found.unlisted > 0 && all.length < 1000 ? (
          <button type="button" className="button" onClick={listAll}>
            {t('file.listAll')}
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          onClick={() =>
            save(
              'findings.csv',
              'text/csv',
              csvOf(
                ['severity', 'line', 'event', 'path', 'rule', 'subject', 'text', 'remedy'],
                rows.map((f) => ({ ...f, line: f.where.line, event: f.where.event, path: f.where.path })),
              ),
            )
          }
        >
          {t('file.csv')}
        </button>
      </div>
      {found.unlisted > 0 ? <p className="quiet">{t('file.unlisted', { count: found.unlisted })}</p> : null}
      <Lenient lenient={lenient} setLenient={setLenient} />
    </>
  )
}

function Lenient({ lenient, setLenient }: { lenient: boolean; setLenient: (on: boolean) => void }) {
  const { t } = useTranslation()
  return (
    <label className="lenient no-print">
      <input type="checkbox" checked={lenient} onChange={(e) => setLenient(e.target.checked)} />
      {t('file.lenient')}
    </label>
  )
}

/** useLines reads the lines that findings name, once. */
function useLines(file: File, list: Finding[]) {
  const [lines, setLines] = useState<Map<string, Excerpt>>()
  useEffect(() => {
    const stop = new AbortController()
    excerpts(file, list.map(wantOf), stop.signal).then(
      (found) => stop.signal.aborted || setLines(found),
      () => setLines(new Map()), // the file was changed or is gone: its findings stand without excerpts
    )
    return () => stop.abort()
  }, [file, list])
  return lines
}

function One({ finding: f, lines, crowds }: { finding: Finding; lines: Excerpt; crowds: Set<number> }) {
  const { t } = useTranslation()
  const says = useFindings()(f.rule)
  const severity = (f.severity as Severity) ?? 'info'
  return (
    <>
      <div className="row spread">
        <span className={`light ${severity === 'info' ? 'quiet' : shapes[severity]}`}>
          {severity === 'info' ? null : <Shape word={shapes[severity]} />}
          {t(`file.severity.${severity}`)}
        </span>
        <span className="quiet small">
          {placeOf(t, f.where, crowds)} · <code>{f.rule}</code>
        </span>
      </div>
      {says?.text ? (
        <p>
          {says.text}
          <br />
          <span className="quiet small" lang="en">
            {f.text}
          </span>
        </p>
      ) : (
        <p lang={langOfNode()}>{f.text}</p>
      )}
      {f.remedy ? (
        <p>
          <strong>{t('file.remedy')}:</strong> {says?.mend || <span lang={langOfNode()}>{f.remedy}</span>}
        </p>
      ) : null}
      {lines.length > 0 ? (
        <figure className="excerpt">
          <figcaption className="hidden">{t('file.excerpt', { line: lines[0]?.line })}</figcaption>
          {lines.map((l, i) => (
            <div key={l.line} className={i > 0 && l.line > (lines[i - 1]?.line ?? 0) + 1 ? 'after-gap' : ''}>
              <span className="line-number">{l.line}</span>
              <code>
                <Marked text={l.text} mark={f.subject} />
              </code>
            </div>
          ))}
        </figure>
      ) : null}
    </>
  )
}

function Marked({ text, mark }: { text: string; mark?: string }) {
  const at = markOf(text, mark)
  if (at < 0 || !mark) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{mark}</mark>
      {text.slice(at + mark.length)}
    </>
  )
}
