import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Away, api, of, Refused } from '../api/client'
import { useMe } from '../app/me'
import { useScans } from '../app/scans'
import { askVerdict } from '../offline/ask'
import { newId } from '../offline/id'
import { answered, device } from '../offline/state'
import { Ask } from '../parts/Ask'
import { Fault, Skeleton } from '../parts/Fault'
import { ScanBox } from '../parts/ScanBox'
import { UnitId } from '../parts/Unit'
import { Verdict } from '../parts/Verdict'
import { when } from '../parts/When'
import { wordOf } from '../parts/word'
import { rule, useWords } from '../words'
import { plain } from '../words/plain'
import { AskSeller, asksSeller } from './AskSeller'
import { Batch, type Checked, entered } from './Batch'
import { Release } from './Release'
import { Unsuspect } from './Unsuspect'

const reasons = ['dispense', 'return', 'suspect', 'exception', 'status'] as const
type Reason = (typeof reasons)[number]

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
              {now.act ? null : (
                <Actions
                  key={now.id}
                  checked={now}
                  reason={reason}
                  done={(act) => noted(now.id, act)}
                  again={(after) => ask({ code: now.code, after })}
                />
              )}
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

type What = 'dispense' | 'hold' | 'report' | 'ask' | 'check'

/** Of what was bought outside the network the ledger knows nothing, so nothing of it is marked there. */
const outside = new Set([
  'verdict/seller-reported',
  'verdict/seller-not-authorised',
  'verdict/seller-unknown',
  'verdict/own-word',
])
const marked = { 'verdict/held': 'held', 'verdict/suspect': 'suspect' } as Record<string, 'held' | 'suspect'>

/** useActs does what can be done with what was checked, here where the node gives no answer. */
function useActs(checked: Checked, reason: Reason, done: (act: string) => void, again: (after: string) => void) {
  const t = useWords()
  const { path, product } = checked.answer
  const { code } = checked
  const note = async (kind: 'dispense' | 'hold' | 'check', id: string, state?: 'done') => {
    const at = new Date().toISOString()
    try {
      await (await import('../offline/keeper')).note({ kind, path, code, product, id, state })
    } catch (e) {
      throw e instanceof Error && e.name === 'Full' ? new Error(t('scan.noRoom')) : e
    }
    return t('scan.noted', { when: when(at) })
  }
  /** orNote asks the node, and notes the act here when no answer comes: under its id it is done once, even if it arrived. */
  const orNote = async (kind: 'dispense' | 'hold', ask: (id: string) => Promise<string>) => {
    const id = newId()
    if (!checked.byDevice)
      try {
        return await ask(id)
      } catch (e) {
        if (!(e instanceof Away)) throw e
        answered(false)
      }
    return note(kind, id)
  }
  const dispense = async (id: string) => {
    const [out] = await of(
      api.POST('/api/v1/dispenses', {
        params: { header: { 'Idempotency-Key': id } },
        body: { items: [path], reason: 'dispensing' },
      }),
    )
    if (wordOf(out?.verdict) !== 'ok') {
      const says = rule(out?.rule ?? '', out?.text ?? '', out?.next ?? '')
      throw new Error(`${says.text} ${says.next}`)
    }
    // The list on this device doesn't know it yet; a device that keeps nothing has no list either.
    await note('dispense', id, 'done').catch(() => {})
    return t('scan.dispensed')
  }
  const mark = async (name: 'held' | 'suspect') => {
    const out = await of(api.POST('/api/v1/marks', { body: { items: [path], set: [name], clear: [] } }))
    const refusal = out.refused?.[0]
    if (refusal) throw new Refused(409, refusal.name ?? '', plain(refusal.text))
    return t(name === 'held' ? 'scan.held' : 'scan.reported')
  }
  const ask = async () => {
    const purpose = reason === 'return' ? 'saleable-return' : reason === 'suspect' ? 'suspect' : 'dispense'
    const [asked] = await of(api.POST('/api/v1/verdicts/asks', { body: { items: [path], purpose } }))
    if (asked?.refused) throw new Refused(409, '', plain(asked.refused))
    return t('scan.asked', { when: when(asked?.due) })
  }
  return useMutation({
    mutationFn: (what: What) => {
      if (what === 'dispense') return orNote('dispense', dispense)
      if (what === 'hold') return orNote('hold', () => mark('held'))
      if (what === 'check') return note('check', newId())
      return what === 'report' ? mark('suspect') : ask()
    },
    onSuccess: (says, what) => {
      const noted = checked.byDevice || device().away
      if (!noted && (what === 'hold' || what === 'report')) again(says)
      else done(says)
    },
  })
}

/** Actions are what can be done now: three at most, the likeliest first. */
function Actions({
  checked,
  reason,
  done,
  again,
}: {
  checked: Checked
  reason: Reason
  done: (act: string) => void
  again: (after: string) => void
}) {
  const t = useWords()
  const { may } = useMe()
  const { byDevice } = checked
  const word = wordOf(checked.answer.word)
  const path = checked.answer.path
  const { rule: ground, facts } = checked.answer
  const act = useActs(checked, reason, done, again)
  const mark = byDevice ? undefined : marked[ground]
  // The ledger can put on hold only what it knows; a case keeps the rest apart.
  const strange = !byDevice && (ground === 'verdict/unknown' || (facts ?? []).some((f) => outside.has(f.rule)))
  const holds = path !== '' && may('hold')
  // What leads to the seller stays in sight when the pack is on hold for it.
  const why = path === '' || byDevice ? undefined : [ground, ...(facts ?? []).map((f) => f.rule)].find(asksSeller)
  const asks = may('settle-exceptions') ? why : undefined
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
        {mark === 'held' && holds ? <Release path={path} mark="held" done={() => again(t('scan.released'))} /> : null}
        {mark === 'suspect' && holds ? (
          <Unsuspect answer={checked.answer} done={() => again(t('scan.unsuspected'))} />
        ) : null}
        {word !== 'ok' && holds && !mark && !strange ? (
          <Ask
            main
            label={t('scan.hold')}
            sure={t('scan.sure.hold')}
            busy={act.isPending}
            act={() => act.mutate('hold')}
          />
        ) : null}
        {asks ? <AskSeller path={path} rule={asks} main={strange} /> : null}
        {word === 'tell' && byDevice ? (
          <button type="button" className="button" disabled={act.isPending} onClick={() => act.mutate('check')}>
            {t('scan.checkLater')}
          </button>
        ) : null}
        {word === 'tell' && path && !byDevice ? (
          <button type="button" className="button" disabled={act.isPending} onClick={() => act.mutate('ask')}>
            {t('scan.ask')}
          </button>
        ) : null}
        {holds && !byDevice && !strange && !asks && mark !== 'suspect' && (word === 'stop' || reason === 'suspect') ? (
          <Ask
            label={t('scan.report')}
            sure={t('scan.sure.report')}
            busy={act.isPending}
            act={() => act.mutate('report')}
          />
        ) : null}
        {path && !byDevice ? (
          <Link className="button" to="/journey" search={{ id: path }}>
            {t('scan.journey')}
          </Link>
        ) : null}
      </div>
      {act.isError ? <Fault error={act.error} /> : null}
    </div>
  )
}
