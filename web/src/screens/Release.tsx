import { useMutation } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { api, of } from '../api/client'
import { Fault } from '../parts/Fault'
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
    <>
      <button type="button" className="button main" onClick={() => dialog.current?.showModal()}>
        {t('scan.release')}
      </button>
      <dialog ref={dialog} aria-label={t('scan.releaseSure')}>
        <form
          className="inside"
          onSubmit={(e) => {
            e.preventDefault()
            act.mutate()
          }}
        >
          <h2>{t('scan.releaseSure')}</h2>
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
          {act.isError ? <Fault error={act.error} /> : null}
          <div className="row">
            <button type="submit" className="button main" disabled={act.isPending || reason.trim() === ''}>
              {t('scan.release')}
            </button>
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              {t('scan.cancel')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  )
}
