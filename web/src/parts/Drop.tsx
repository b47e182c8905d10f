import { type ReactNode, useRef, useState } from 'react'
import '../style/file.css'

/** Drop takes a file, dropped or chosen. `chosen` says that one was taken, which stands there by its name. */
export function Drop({
  chosen,
  name,
  hint,
  choose,
  take,
}: {
  chosen: boolean
  name: ReactNode
  hint: ReactNode
  choose: string
  take: (f: File | undefined) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className={`drop no-print ${over ? 'over' : ''} ${chosen ? 'small-drop' : ''}`}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault()
        setOver(false)
        take(e.dataTransfer.files[0])
      }}
    >
      <div className="stack tight">
        <p className="drop-name">
          <bdi>{name}</bdi>
        </p>
        <p className="quiet small">{hint}</p>
      </div>
      <button type="button" className={`button ${chosen ? '' : 'main'}`} onClick={() => input.current?.click()}>
        {choose}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(e) => {
          take(e.target.files?.[0])
          e.target.value = '' // the same file, mended, can be chosen again
        }}
      />
    </div>
  )
}
