// Acts that a person signs with a passkey: what is to be signed is shown first (21 CFR 11.50).
import { type ReactNode, useRef, useState } from 'react'
import { Away, Refused } from '../../api/client'
import { useWords } from '../../words'

type Record_ = { name: string; meaning: string; act: string; object: string; content: string }
type Acted = { answer: unknown; waits: string | null }
type Keys = {
  act: (method: string, path: string, body: unknown, agree: (r: Record_) => Promise<void>) => Promise<Acted>
}

/** NotSigned says that the person did not sign: nothing was done. */
export class NotSigned extends Error {}

/** useSign sends an act; where the node wants it signed, the person sees what they sign and the passkey signs it. */
export function useSign() {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [record, setRecord] = useState<Record_>()
  const agreed = useRef<(yes: boolean) => void>(undefined)
  const agree = (r: Record_) =>
    new Promise<void>((go, stop) => {
      setRecord(r)
      agreed.current = (yes) => (yes ? go() : stop(new NotSigned(t('people.sign.not'))))
      dialog.current?.showModal()
    })
  const act = async (method: string, path: string, body?: unknown): Promise<Acted> => {
    try {
      const page = '/passkey.js' // the node's own script of signing
      const keys = (await import(/* @vite-ignore */ page)) as Keys
      return await keys.act(method, path, body, agree)
    } catch (e) {
      throw told(e, t)
    }
  }
  const close = (yes: boolean) => {
    dialog.current?.close()
    agreed.current?.(yes)
    agreed.current = undefined
  }
  const dialogOf: ReactNode = (
    <dialog ref={dialog} aria-label={t('people.sign.title')} onCancel={() => close(false)}>
      <div className="inside">
        <h2>{t('people.sign.title')}</h2>
        {record ? (
          <dl className="facts">
            <dt>{t('people.sign.name')}</dt>
            <dd>{record.name}</dd>
            <dt>{t('people.sign.meaning')}</dt>
            <dd>{record.meaning}</dd>
            <dt>{t('people.sign.act')}</dt>
            <dd>{record.act}</dd>
            <dt>{t('people.sign.on')}</dt>
            <dd className="code">{record.object}</dd>
            <dt>{t('people.sign.content')}</dt>
            <dd className="code">SHA-256 {record.content}</dd>
          </dl>
        ) : null}
        <div className="row">
          <button type="button" className="button main" onClick={() => close(true)}>
            {t('people.sign.sign')}
          </button>
          <button type="button" className="button" onClick={() => close(false)}>
            {t('scan.cancel')}
          </button>
        </div>
      </div>
    </dialog>
  )
  return { act, dialog: dialogOf }
}

// What the node's script throws, as the console's own errors.
function told(e: unknown, t: (key: string) => string): Error {
  if (e instanceof NotSigned) return e
  if (e instanceof DOMException) return new NotSigned(t('people.sign.none'))
  if (e instanceof TypeError) return new Away()
  const status = (e as { status?: number }).status
  if (e instanceof Error && status) return new Refused(status, '', e.message)
  return e instanceof Error ? e : new Error(String(e))
}
