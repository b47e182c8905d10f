import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { api, of } from '../../api/client'
import { AskForm } from '../../parts/AskForm'
import { useWords } from '../../words'
import './words'

const reasons = [
  'overage',
  'wrong-product',
  'damaged',
  'expired',
  'recalled',
  'refused-by-customer',
  'suspect',
  'other',
] as const
type Why = (typeof reasons)[number]
const textMax = 150 // the node takes 200 bytes

/** SendBack returns a pack or a container to whom it came from, with the reason, which the seller is told. */
export function SendBack({ path, done }: { path: string; done: (says: string) => void }) {
  const t = useWords()
  const [why, setWhy] = useState<Why | ''>('')
  const [text, setText] = useState('')
  const field = useId()
  const act = useMutation({
    mutationFn: (reason: Why) =>
      of(api.POST('/api/v1/returns', { body: { items: [path], reason, text: text.trim() || undefined } })),
    onSuccess: (report) => done(t(report.departure ? 'counter.back.prepared' : 'counter.back.done')),
  })
  return (
    <AskForm
      label={t('counter.back.open')}
      title={t('counter.back.title')}
      send={t('counter.back.send')}
      ready={why !== '' && (why !== 'other' || text.trim() !== '')}
      work={act}
      act={() => why && act.mutate(why)}
    >
      <p>{t('counter.back.what')}</p>
      <label htmlFor={field}>{t('counter.back.why')}</label>
      <select id={field} required value={why} onChange={(e) => setWhy(e.target.value as Why)}>
        <option value="">{t('module.choose')}</option>
        {reasons.map((r) => (
          <option key={r} value={r}>
            {t(`counter.back.reasons.${r}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${field}-text`}>{t('counter.back.text')}</label>
      <input
        id={`${field}-text`}
        maxLength={textMax}
        required={why === 'other'}
        value={text}
        onChange={(e) => setText(e.target.value)}
        autoComplete="off"
      />
    </AskForm>
  )
}
