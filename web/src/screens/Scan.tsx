import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, of, type Schemas } from '../api/client'
import { useMe } from '../app/me'
import { useScans } from '../app/scans'
import { Ask } from '../parts/Ask'
import { Fault, Skeleton } from '../parts/Fault'
import { ScanBox } from '../parts/ScanBox'
import { UnitId } from '../parts/Unit'
import { Light, Verdict } from '../parts/Verdict'
import { when } from '../parts/When'
import { wordOf } from '../parts/word'
import { rule, useWords } from '../words'

const reasons = ['dispense', 'return', 'suspect', 'exception', 'status'] as const
type Reason = (typeof reasons)[number]
type Checked = { id: number; code: string; answer: Schemas['Answer']; ms: number }

/** tone is heard beside what is seen: high for OK, low twice for STOP, middle for the third (no sound without a gesture before). */
function tone(word: string) {
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
  navigator.vibrate?.(word === 'ok' ? 40 : [120, 60, 120])
}

export function Scan() {
  const t = useWords()
  const { item } = useSearch({ strict: false }) as { item?: string }
  const [reason, setReason] = useState<Reason>('dispense')
  const [done, setDone] = useState<Checked[]>([])
  const count = useRef(0)
  const check = useMutation({
    mutationFn: async (code: string) => {
      const began = performance.now()
      const [answer] = await of(api.POST('/api/v1/verdicts', { body: { items: [code] } }))
      if (!answer) throw new Error(t('fault.notFound'))
      return { id: ++count.current, code, answer, ms: Math.round(performance.now() - began) }
    },
    onSuccess: (c) => {
      setDone((before) => [c, ...before].slice(0, 500))
      tone(wordOf(c.answer.word))
    },
  })
  const take = check.mutate
  useScans(take)
  const first = useRef('')
  useEffect(() => {
    if (item && first.current !== item) {
      first.current = item
      take(item)
    }
  }, [item, take])
  const now = done[0]
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
          {done.length > 1 ? <Past list={done} clear={() => setDone([])} /> : null}
        </div>
        <div className="stack" aria-live="assertive" aria-atomic="true" data-testid="answer">
          {check.isPending ? <Skeleton /> : null}
          {check.isError ? <Fault error={check.error} again={() => take(check.variables)} /> : null}
          {now && !check.isPending && !check.isError ? (
            <Verdict answer={now.answer}>
              {now.answer.path ? (
                <UnitId path={now.answer.path} product={now.answer.product} />
              ) : (
                <p className="code">{now.code}</p>
              )}
              <Actions key={now.id} checked={now} reason={reason} />
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
    </>
  )
}

/** Actions are what can be done now: three at most, the likeliest first. */
function Actions({ checked, reason }: { checked: Checked; reason: Reason }) {
  const t = useWords()
  const { may } = useMe()
  const word = wordOf(checked.answer.word)
  const path = checked.answer.path
  const act = useMutation({
    mutationFn: async (what: 'dispense' | 'hold' | 'report' | 'ask') => {
      if (what === 'dispense') {
        const [out] = await of(api.POST('/api/v1/dispenses', { body: { items: [path], reason: 'dispensing' } }))
        if (wordOf(out?.verdict) !== 'ok') throw new Error(`${out?.text ?? ''} ${out?.next ?? ''}`)
        return t('scan.dispensed')
      }
      if (what === 'ask') {
        const [asked] = await of(
          api.POST('/api/v1/verdicts/asks', {
            body: {
              items: [path],
              purpose: reason === 'return' ? 'saleable-return' : reason === 'suspect' ? 'suspect' : 'dispense',
            },
          }),
        )
        if (asked?.refused) throw new Error(asked.refused)
        return t('scan.asked', { when: when(asked?.due) })
      }
      const out = await of(
        api.POST('/api/v1/marks', { body: { items: [path], set: [what === 'hold' ? 'held' : 'suspect'], clear: [] } }),
      )
      const refusal = out.refused?.[0]
      if (refusal) throw new Error(refusal.text)
      return t(what === 'hold' ? 'scan.held' : 'scan.reported')
    },
  })
  if (act.isSuccess) return <p role="status">{act.data}</p>
  const journey = path ? (
    <Link className="button" to="/journey" search={{ id: path }}>
      {t('scan.journey')}
    </Link>
  ) : null
  return (
    <div className="stack tight">
      <div className="row">
        {word === 'ok' && path.startsWith('/01/') && reason === 'dispense' && may('dispense') ? (
          <Ask
            main
            label={t('scan.dispense')}
            sure={t('scan.sure.dispense')}
            busy={act.isPending}
            act={() => act.mutate('dispense')}
          />
        ) : null}
        {word !== 'ok' && path && may('hold') ? (
          <Ask
            main
            label={t('scan.hold')}
            sure={t('scan.sure.hold')}
            busy={act.isPending}
            act={() => act.mutate('hold')}
          />
        ) : null}
        {word === 'tell' && path ? (
          <button type="button" className="button" disabled={act.isPending} onClick={() => act.mutate('ask')}>
            {t('scan.ask')}
          </button>
        ) : null}
        {word === 'stop' && path && may('hold') ? (
          <Ask
            label={t('scan.report')}
            sure={t('scan.sure.report')}
            busy={act.isPending}
            act={() => act.mutate('report')}
          />
        ) : null}
        {journey}
      </div>
      {act.isError ? <Fault error={act.error} /> : null}
    </div>
  )
}

/** Past is the list of what was scanned before, a light each. */
function Past({ list, clear }: { list: Checked[]; clear: () => void }) {
  const t = useWords()
  const many = (word: string) => list.filter((c) => wordOf(c.answer.word) === word).length
  return (
    <div className="stack tight">
      <div className="row spread">
        <p role="status">{t('scan.summary', { ok: many('ok'), stop: many('stop'), tell: many('tell') })}</p>
        <button type="button" className="button bare" onClick={clear}>
          {t('scan.clear')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll long" tabIndex={0} aria-label={t('scan.batch')}>
        <table className="table">
          <thead>
            <tr>
              <th>{t('scan.answer')}</th>
              <th>{t('scan.code')}</th>
              <th>{t('scan.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((c) => (
              <tr key={c.id}>
                <td>
                  <Light word={wordOf(c.answer.word)} />
                </td>
                <td className="code">{c.answer.path || c.code}</td>
                <td>{rule(c.answer.rule, c.answer.text, '').text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
