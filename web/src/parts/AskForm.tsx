import { type ReactNode, type RefObject, useRef } from 'react'
import { useWords } from '../words'
import { Fault } from './Fault'

/** AskForm is a button that asks in a dialog for what an act needs, and does it when the form is sent. */
export function AskForm({
  label,
  title,
  send,
  main = true,
  ready,
  work,
  opened,
  dialog: given,
  act,
  children,
}: {
  label: string
  title: string
  /** what the button that sends says */
  send: string
  main?: boolean
  ready: boolean
  work: { isPending: boolean; isError: boolean; error: unknown }
  opened?: () => void
  /** for who closes it when the act is done */
  dialog?: RefObject<HTMLDialogElement | null>
  act: () => void
  children: ReactNode
}) {
  const t = useWords()
  const own = useRef<HTMLDialogElement>(null)
  const dialog = given ?? own
  return (
    <>
      <button
        type="button"
        className={`button ${main ? 'main' : ''}`}
        onClick={() => {
          opened?.()
          dialog.current?.showModal()
        }}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={title}>
        <form
          className="inside"
          onSubmit={(e) => {
            e.preventDefault()
            act()
          }}
        >
          <h2>{title}</h2>
          {children}
          {work.isError ? <Fault error={work.error} /> : null}
          <div className="row">
            <button type="submit" className="button main" disabled={work.isPending || !ready}>
              {send}
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
