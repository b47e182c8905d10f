import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, of } from '../../api/client'
import type { Face } from '../../app/face'
import { Shape } from '../../parts/Shapes'
import { Copy } from '../../parts/Unit'
import { useWords } from '../../words'
import { isFailed, messageOf } from '../send/message'
import { type Known, type Step, stepsOf } from './paths'
import './words'
import '../../style/guide.css'

const kept = 'pedigree.guide'
const hidden = 'hidden'

/** What this browser was shown, of one demonstration: another one begins anew. */
function useShown(chain: string, face: Face) {
  const name = `${kept}.${chain}.${face}`
  const [shown, setShown] = useState(() => (localStorage.getItem(name) ?? '').split(' ').filter(Boolean))
  const set = (key: string, on: boolean) => {
    const next = on ? [...new Set([...shown, key])] : shown.filter((k) => k !== key)
    localStorage.setItem(name, next.join(' '))
    setShown(next)
  }
  return { shown, set }
}

/** Guide is a path through the demonstration for who is signed in, ticked by what the node knows and by what was visited. */
export function Guide({ face, chain, may }: { face: Face; chain: string; may: (permission: string) => boolean }) {
  const t = useWords()
  const { shown, set } = useShown(chain, face)
  const known = useQuery({
    queryKey: ['guide', face],
    queryFn: () => ask(may),
    enabled: may('read-goods'),
    refetchInterval: 15_000,
  })
  if (!known.data) return null
  const steps = stepsOf(face, known.data)
  if (steps.length === 0) return null
  if (shown.includes(hidden))
    return (
      <button type="button" className="button bare" onClick={() => set(hidden, false)}>
        {t('guide.show')}
      </button>
    )
  const done = (s: Step) => s.done || shown.includes(s.key)
  const title = t('guide.title', { who: t(`guide.who.${face}`) })
  return (
    <section className="card stack tight guide" aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        <span className="quiet">{t('guide.done', { done: steps.filter(done).length, all: steps.length })}</span>
      </div>
      <ol>
        {steps.map((s) => (
          <li key={s.key} className={done(s) ? 'done' : ''}>
            <span className={done(s) ? 'light ok' : 'light'}>
              {done(s) ? <Shape word="ok" /> : <span className="ring" aria-hidden="true" />}
              <span className="hidden">{t(done(s) ? 'guide.ticked' : 'guide.open')}</span>
            </span>
            <span>
              <Link
                to={s.to as '/'}
                params={s.params as never}
                search={s.search as never}
                onClick={() => set(s.key, true)}
              >
                {t(`guide.${face}.${s.key}`)}
              </Link>
              {s.code ? (
                <span className="code-line">
                  <span className="quiet small">{t('guide.code')}</span> <span className="code">{s.code}</span>{' '}
                  <Copy text={s.code} />
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ol>
      <button type="button" className="button bare" onClick={() => set(hidden, true)}>
        {t('guide.hide')}
      </button>
    </section>
  )
}

/** ask looks for goods and cases to try things with, as far as the person may see them. */
async function ask(may: (permission: string) => boolean): Promise<Known> {
  const stock = (query: { status: string; mark?: 'held'; limit: number }) =>
    of(api.GET('/api/v1/inventory', { params: { query: { ...query, kind: 'pack' } } })).then((page) =>
      (page.rows ?? []).flatMap((r) => r.path ?? []),
    )
  const [here, held, dispensed, cases, dock, sent] = await Promise.all([
    stock({ status: 'on-hand', limit: 50 }),
    stock({ status: 'on-hand', mark: 'held', limit: 50 }),
    may('dispense') ? stock({ status: 'dispensed', limit: 50 }) : [],
    of(api.GET('/api/v1/cases')),
    may('receive') ? of(api.GET('/api/v1/arrivals')).then((a) => a.rows ?? []) : [],
    may('send')
      ? of(api.GET('/api/v1/shipments', { params: { query: { way: 'out', undelivered: true, limit: 50 } } }))
      : [],
  ])
  return {
    pack: here.find((p) => !held.includes(p)),
    dispensed,
    held: held[0],
    pallet: dock.find((a) => a.state === 'announced')?.path,
    turn: cases.find((c) => c.step === 'answer')?.id,
    waits: cases.find((c) => c.step === 'wait')?.id,
    late: sent.find((s) => isFailed(messageOf(s)))?.id,
  }
}
