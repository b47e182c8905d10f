import { useEffect, useState } from 'react'
import type { Schemas } from '../api/client'
import { Rows } from '../parts/Rows'
import { Shape } from '../parts/Shapes'
import { save } from '../parts/save'
import { Light, OfRule } from '../parts/Verdict'
import { csvOf, type Word, wordOf } from '../parts/word'
import { useWords } from '../words'

export type Checked = {
  id: number
  code: string
  answer: Schemas['Answer']
  byDevice: boolean // by what this device has alone
  times: number // how often it was scanned
  ms: number
  act?: string // what was done with it since
  after?: string // what was done with it, after which it was asked about anew
}

/** A batch holds so many packs; the oldest leave it. */
export const batchMax = 500

const nameOf = (c: Checked) => c.answer.path || c.code

// What the node says of a seller outside the network, who answers for a pack there.
const sellers: Record<string, 'seller' | 'sellerUnknown' | 'sellerNot'> = {
  'verdict/seller-reported': 'seller',
  'verdict/seller-unknown': 'sellerUnknown',
  'verdict/seller-not-authorised': 'sellerNot',
}

/** voucherOf is who answers for a pack, with a light of its own: the ledger, an authorised seller or maker, or nobody yet. */
export function voucherOf(answer: Schemas['Answer']): { word: Word; by: string } {
  const facts = [...(answer.facts ?? []), ...(answer.notices ?? [])]
  const seller = facts.find((f) => f.rule in sellers)
  if (seller) return { word: wordOf(seller.word), by: sellers[seller.rule] ?? 'nobody' }
  // What speaks against a pack vouches for nothing, nor does what is too old.
  const good = facts.filter((f) => wordOf(f.word) === 'ok' && !f.basis.stale).map((f) => f.basis.known)
  if (good.includes(1)) return { word: 'ok', by: 'ledger' }
  if (good.includes(2)) return { word: 'ok', by: 'partner' }
  return { word: 'tell', by: 'nobody' }
}

/** entered puts what was checked first. A pack that was scanned before is there once, with its newest answer. */
export function entered(list: Checked[], c: Checked): Checked[] {
  const before = list.find((b) => nameOf(b) === nameOf(c))
  const rest = list.filter((b) => b !== before)
  const scanned = c.after && before ? 0 : 1
  return [{ ...c, times: (before?.times ?? 0) + scanned }, ...rest].slice(0, batchMax)
}

/** A voice of this machine: others would send what they read elsewhere. */
const localVoice = () =>
  globalThis.speechSynthesis
    ?.getVoices()
    .find((v) => v.localService && v.lang.slice(0, 2) === document.documentElement.lang)

function useVoice() {
  const [voice, setVoice] = useState(localVoice)
  useEffect(() => {
    const look = () => setVoice(localVoice())
    globalThis.speechSynthesis?.addEventListener?.('voiceschanged', look)
    return () => globalThis.speechSynthesis?.removeEventListener?.('voiceschanged', look)
  }, [])
  return voice
}

/** Vouched is the second light of a row: whether who answers for the pack may be believed. */
function Vouched({ answer }: { answer: Schemas['Answer'] }) {
  const t = useWords()
  const { word, by } = voucherOf(answer)
  return (
    <span className={`light ${word}`}>
      <Shape word={word} />
      {t(`scan.by.${by}`)}
    </span>
  )
}

/** Batch is what was scanned one after the other: a light each, and their sum, which screen readers read aloud. */
export function Batch({ list, clear }: { list: Checked[]; clear: () => void }) {
  const t = useWords()
  const voice = useVoice()
  const many = (word: string) => list.filter((c) => wordOf(c.answer.word) === word).length
  const sum = t('scan.summary', { ok: many('ok'), stop: many('stop'), tell: many('tell') })
  const speak = () => {
    const words = new SpeechSynthesisUtterance(sum)
    if (voice) words.voice = voice
    speechSynthesis.speak(words)
  }
  const file = () =>
    csvOf(
      ['answer', 'code', 'product', 'rule', 'reason', 'next', 'at', 'height', 'times', 'by'],
      list.map((c) => ({
        ...{ answer: t(`verdict.${wordOf(c.answer.word)}`), code: nameOf(c), product: c.answer.product },
        ...{ rule: c.answer.rule, reason: c.answer.text, next: c.answer.next, at: c.answer.at },
        ...{ height: c.answer.height, times: c.times, by: c.byDevice ? 'device' : 'node' },
      })),
    )
  return (
    <div className="stack tight">
      <p role="status">{sum}</p>
      <div className="row no-print">
        {voice ? (
          <button type="button" className="button" onClick={speak}>
            {t('scan.aloud')}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => save('scans.csv', 'text/csv', file())}>
          {t('scan.csv')}
        </button>
        <button type="button" className="button bare" onClick={clear}>
          {t('scan.clear')}
        </button>
      </div>
      <Rows
        long
        wide
        label={t('scan.batch')}
        heads={[t('scan.answer'), t('scan.vouches'), t('scan.code'), t('scan.reason')]}
      >
        {list.map((c) => (
          <tr key={c.id}>
            <td>
              <Light word={wordOf(c.answer.word)} />
            </td>
            <td>
              <Vouched answer={c.answer} />
            </td>
            <td className="code">
              {nameOf(c)}
              {c.times > 1 ? <span className="quiet"> · {t('scan.twice', { count: c.times })}</span> : null}
            </td>
            <td>{c.act ?? <OfRule rule={c.answer.rule} text={c.answer.text} />}</td>
          </tr>
        ))}
      </Rows>
    </div>
  )
}
