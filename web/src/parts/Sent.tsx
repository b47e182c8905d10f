import { useCallback, useEffect, useRef, useState } from 'react'
import type { Sending } from '../api/upload'
import { useWords } from '../words'
import { Fault } from './Fault'
import './sentWords'

/** Work is a request with a file that is under way, done, stopped or failed. */
export type Work<T> = {
  data?: T
  error?: unknown
  part?: number // that is sent; undefined when nothing is under way
  stopped: boolean
  run: (act: (s: Sending) => Promise<T>) => void
  stop: () => void
  again: () => void
}

/** useWork runs one request at a time; a new one stops the one before. */
export function useWork<T>(): Work<T> {
  const [state, setState] = useState<{ data?: T; error?: unknown; part?: number; stopped: boolean }>({ stopped: false })
  const abort = useRef<AbortController>(undefined)
  const last = useRef<(s: Sending) => Promise<T>>(undefined)
  useEffect(() => () => abort.current?.abort(), [])
  const run = useCallback((act: (s: Sending) => Promise<T>) => {
    abort.current?.abort()
    const mine = new AbortController()
    abort.current = mine
    last.current = act
    setState({ part: 0, stopped: false })
    act({ signal: mine.signal, progress: (part) => !mine.signal.aborted && setState((s) => ({ ...s, part })) }).then(
      (data) => abort.current === mine && setState({ data, stopped: false }),
      (error) => {
        if (abort.current !== mine) return
        const stopped = error instanceof DOMException && error.name === 'AbortError'
        setState({ error: stopped ? undefined : error, stopped })
      },
    )
  }, [])
  return {
    ...state,
    run,
    stop: () => abort.current?.abort(),
    again: () => last.current && run(last.current),
  }
}

/** Sent shows how far a request is, and what went wrong with it. What the node takes up by itself once `all` of it is sent isn't stopped here any more. */
export function Sent<T>({ work, name, all }: { work: Work<T>; name: string; all?: boolean }) {
  const t = useWords()
  if (work.part !== undefined) {
    const percent = Math.floor(work.part * 100)
    return (
      <div className="card stack tight" role="status">
        <p>
          <strong>{t('sending.working', { name })}</strong>
        </p>
        <progress max={100} value={work.part < 1 ? percent : undefined} aria-label={t('sending.working', { name })} />
        <div className="row spread">
          <span className="quiet">{work.part < 1 ? t('sending.sent', { percent }) : t('sending.reading')}</span>
          {work.part < 1 || !all ? (
            <button type="button" className="button" onClick={work.stop}>
              {t('sending.cancel')}
            </button>
          ) : null}
        </div>
      </div>
    )
  }
  if (work.error) return <Fault error={work.error} again={work.again} />
  if (work.stopped)
    return (
      <div className="row" role="status">
        <p className="quiet">{t('sending.stopped')}</p>
        <button type="button" className="button" onClick={work.again}>
          {t('fault.again')}
        </button>
      </div>
    )
  return null
}
