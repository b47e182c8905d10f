import { type ReactNode, useRef } from 'react'
import { useWords } from '../words'

/** Ask is a button that asks once more before it does what can't be undone. */
export function Ask({
  label,
  name,
  sure,
  main,
  busy,
  act,
}: {
  label: string
  /** what a screen reader says of the button, where the label alone is too little */
  name?: string
  sure: string
  main?: boolean
  busy?: boolean
  act: () => void
}): ReactNode {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button
        type="button"
        className={`button ${main ? 'main' : ''}`}
        disabled={busy}
        aria-label={name}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={sure}>
        <div className="inside">
          <h2>{sure}</h2>
          <div className="row">
            <button
              type="button"
              className="button main"
              onClick={() => {
                dialog.current?.close()
                act()
              }}
            >
              {name ?? label}
            </button>
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              {t('scan.cancel')}
            </button>
          </div>
        </div>
      </dialog>
    </>
  )
}
