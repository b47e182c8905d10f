import { useMutation } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { api, of, Refused } from '../api/client'
import { AskForm } from '../parts/AskForm'
import { useWords } from '../words'
import { plain } from '../words/plain'

const reasonMax = 250 // the node takes 500 bytes

// What the words say of each mark that a person takes off a pack where it is scanned.
const texts = {
  held: { label: 'release', sure: 'releaseSure', why: 'releaseWhy', hint: 'releaseHint' },
  suspect: { label: 'unsuspect', sure: 'unsuspectSure', why: 'unsuspectWhy', hint: 'unsuspectHint' },
} as const

/** Release takes a mark off a pack, with the reason: whoever looks at it later asks for it. */
export function Release({ path, mark, done }: { path: string; mark: keyof typeof texts; done: () => void }) {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [reason, setReason] = useState('')
  const field = useId()
  const says = texts[mark]
  const act = useMutation({
    mutationFn: async () => {
      const body = { items: [path], set: [], clear: [mark], reason: reason.trim() }
      const refusal = (await of(api.POST('/api/v1/marks', { body }))).refused?.[0]
      if (refusal) throw new Refused(409, refusal.name ?? '', plain(refusal.text))
    },
    onSuccess: () => {
      dialog.current?.close()
      done()
    },
  })
  return (
    <AskForm
      label={t(`scan.${says.label}`)}
      title={t(`scan.${says.sure}`)}
      send={t(`scan.${says.label}`)}
      ready={reason.trim() !== ''}
      work={act}
      dialog={dialog}
      act={() => act.mutate()}
    >
      <label htmlFor={field}>{t(`scan.${says.why}`)}</label>
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
        {t(`scan.${says.hint}`)}
      </p>
    </AskForm>
  )
}
