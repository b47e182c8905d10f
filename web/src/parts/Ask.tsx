import { type ReactNode, useRef } from 'react'
import { useWords } from '../words'

/** Ask is a button that asks once more before it does what can't be undone. */
export function Ask({
  label,
  sure,
  main,
  busy,
  act,
}: {
  label: string
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
              {label}
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
