import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useScans } from '../app/scans'
import { askVerdict } from '../offline/ask'
import { Fault, Skeleton } from '../parts/Fault'
import { ScanBox } from '../parts/ScanBox'
import { UnitId } from '../parts/Unit'
import { Verdict } from '../parts/Verdict'
import { wordOf } from '../parts/word'
import { useWords } from '../words'
import { Batch, type Checked, entered } from './Batch'
import { Actions } from './counter/Actions'
import { PrintLabel } from './counter/Label'
import type { Reason } from './counter/offered'
import { Patient } from './counter/Patient'

const reasons: Reason[] = ['dispense', 'return', 'suspect', 'exception', 'status']

/** tone is heard beside what is seen: high for OK, low twice for STOP, middle for the third (no sound without a gesture before). */
function tone(word: string) {
  // A browser lets a page shake only after it was touched.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(word === 'ok' ? 40 : [120, 60, 120])
  if (typeof AudioContext === 'undefined') return
  const audio = new AudioContext()
  if (audio.state !== 'running') {
    void audio.close()
    return
  }
  const beeps = word === 'ok' ? [880] : word === 'stop' ? [220, 220] : [440]
  beeps.forEach((hertz, i) => {
    const o = audio.createOscillator()
    o.frequency.value = hertz
    o.connect(audio.destination)
    o.start(audio.currentTime + i * 0.18)
    o.stop(audio.currentTime + i * 0.18 + 0.12)
  })
  setTimeout(() => void audio.close(), 1000)
}

export function Scan() {
  const t = useWords()
  const { item } = useSearch({ strict: false }) as { item?: string }
  const [reason, setReason] = useState<Reason>('dispense')
  const [done, setDone] = useState<Checked[]>([])
  const count = useRef(0)
  // What an act left is seen by the next answer, so it is asked for at once: after says what was done.
  const check = useMutation({
    mutationFn: async ({ code, after }: { code: string; after?: string }) => {
      const began = performance.now()
      const asked = await askVerdict(code)
      return { ...asked, id: ++count.current, code, after, times: 1, ms: Math.round(performance.now() - began) }
    },
    onSuccess: (c) => {
      setDone((before) => entered(before, c))
      tone(wordOf(c.answer.word))
    },
  })
  const ask = check.mutate
  const take = useCallback((code: string) => ask({ code }), [ask])
  useScans(take)
  const first = useRef('')
  useEffect(() => {
    if (item && first.current !== item) {
      first.current = item
      take(item)
    }
  }, [item, take])
  const now = done[0]
  const word = wordOf(now?.answer.word)
  const yes = { text: t('scan.mayDispense'), next: '' }
  const noted = (id: number, act: string) => setDone((list) => list.map((c) => (c.id === id ? { ...c, act } : c)))
  return (
    <>
      <h1>{t('scan.title')}</h1>
      <div className="two">
        <div className="stack">
          <fieldset className="reasons">
            <legend>{t('scan.why')}</legend>
            {reasons.map((r) => (
              <label key={r}>
                <input type="radio" name="reason" checked={reason === r} onChange={() => setReason(r)} />
                {t(`scan.reasons.${r}`)}
              </label>
            ))}
          </fieldset>
          <ScanBox take={take} busy={check.isPending} />
        </div>
        <div className="stack answer" aria-live="assertive" aria-atomic="true" data-testid="answer">
          {check.isPending ? <Skeleton /> : null}
          {check.isError ? <Fault error={check.error} again={() => ask(check.variables)} /> : null}
          {now && !check.isPending && !check.isError ? (
            <Verdict
              answer={now.answer}
              says={now.act ? { text: now.act, next: '' } : mayDispense(now, reason) ? yes : undefined}
            >
              {now.answer.path ? (
                <UnitId
                  journey={!now.byDevice}
                  path={now.answer.path}
                  lot={now.answer.lot}
                  expiry={now.answer.expiry}
                  product={now.answer.product}
                />
              ) : (
                <p className="code">{now.code}</p>
              )}
              {now.byDevice ? <p className="next">{t('scan.byDevice')}</p> : null}
              {now.after ? <p role="status">{now.after}</p> : null}
              {now.act ? (
                now.answer.path && word !== 'ok' ? (
                  <div className="row">
                    <PrintLabel answer={now.answer} />
                  </div>
                ) : null
              ) : (
                <Actions
                  key={now.id}
                  checked={now}
                  reason={reason}
                  done={(act) => noted(now.id, act)}
                  again={(after) => ask({ code: now.code, after })}
                />
              )}
              {reason === 'dispense' && word !== 'ok' && now.answer.path.startsWith('/01/') ? (
                <Patient answer={now.answer} />
              ) : null}
              <p className="quiet small">
                {t('scan.took', { ms: now.ms })} · {t('scan.again')}
              </p>
            </Verdict>
          ) : null}
          {!now && !check.isPending && !check.isError ? (
            <div className="empty">
              <p>{t('scan.empty')}</p>
            </div>
          ) : null}
        </div>
      </div>
      {done.length > 1 ? <Batch list={done} clear={() => setDone([])} /> : null}
    </>
  )
}

/** mayDispense tells whether a checked pack may be handed out now, by what the law has traced of it. */
const mayDispense = ({ answer }: Checked, reason: Reason) =>
  reason === 'dispense' && answer.rule === 'verdict/custody-proved' && answer.path.startsWith('/01/')
