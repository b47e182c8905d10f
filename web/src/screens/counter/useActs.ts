// What can be done with what was checked: by the node, or noted on this device where no answer comes.
import { useMutation } from '@tanstack/react-query'
import { Away, api, of, Refused } from '../../api/client'
import { newId } from '../../offline/id'
import { answered, device } from '../../offline/state'
import { when } from '../../parts/When'
import { wordOf } from '../../parts/word'
import { rule, useWords } from '../../words'
import { plain } from '../../words/plain'
import type { Checked } from '../Batch'
import type { Reason } from './offered'

type What = 'dispense' | 'hold' | 'report' | 'ask' | 'check'

/** useActs does what can be done with what was checked, here where the node gives no answer. */
export function useActs(checked: Checked, reason: Reason, done: (act: string) => void, again: (after: string) => void) {
  const t = useWords()
  const { path, product } = checked.answer
  const { code } = checked
  const note = async (kind: 'dispense' | 'hold' | 'check', id: string, state?: 'done') => {
    const at = new Date().toISOString()
    try {
      await (await import('../../offline/keeper')).note({ kind, path, code, product, id, state })
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
