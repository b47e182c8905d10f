import { useMutation } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { api, of } from '../api/client'
import { AskForm } from '../parts/AskForm'
import { useWords } from '../words'

const reasonMax = 250 // the node takes 500 bytes

/** Release takes a hold off a pack, with the reason: whoever looks at it later asks for it. */
export function Release({ path, done }: { path: string; done: () => void }) {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [reason, setReason] = useState('')
  const field = useId()
  const act = useMutation({
    mutationFn: async () => {
      const body = { items: [path], set: [], clear: ['held' as const], reason: reason.trim() }
      const refusal = (await of(api.POST('/api/v1/marks', { body }))).refused?.[0]
      if (refusal) throw new Error(refusal.text)
    },
    onSuccess: () => {
      dialog.current?.close()
      done()
    },
  })
  return (
    <AskForm
      label={t('scan.release')}
      title={t('scan.releaseSure')}
      send={t('scan.release')}
      ready={reason.trim() !== ''}
      work={act}
      dialog={dialog}
      act={() => act.mutate()}
    >
      <label htmlFor={field}>{t('scan.releaseWhy')}</label>
      <input
        id={field}
        required
        maxLength={reasonMax}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        aria-describedby={`${field}-hint`}
        autoComplete="off"
      />
      <p id={`${field}-hint`} className="quiet small">
        {t('scan.releaseHint')}
      </p>
    </AskForm>
  )
}
