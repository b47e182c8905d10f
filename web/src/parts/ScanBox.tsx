import { type FormEvent, useRef, useState } from 'react'
import { recognise } from '../app/recognise'
import type { Judged } from '../app/seen'
import { useWords } from '../words'
import { Camera } from './Camera'

/** ScanBox takes a code from the keyboard or the camera; hand scanners are heard on the whole page. */
export function ScanBox({ take, busy }: { take: (text: string) => void; busy?: boolean }) {
  const t = useWords()
  const field = useRef<HTMLInputElement>(null)
  const [camera, setCamera] = useState(false)
  const [says, setSays] = useState('')
  const offer = (text: string) => {
    const is = recognise(text)
    setSays(is.kind === 'web' ? t('scan.instead.web') : '')
    if (is.kind === 'nothing' || is.kind === 'web') return false
    take(is.text)
    return true
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (field.current && offer(field.current.value)) field.current.select()
  }
  // What is seen instead of a pack is said; the camera looks on, for the right symbol may stand beside it.
  const seen = (what: Judged) => {
    if ('code' in what) {
      if (offer(what.code)) setCamera(false)
      return
    }
    setSays(t(`scan.instead.${what.instead}`))
    if (what.number && field.current?.value === '') field.current.value = what.number
  }
  return (
    <form className="scanbox no-print" onSubmit={submit}>
      <label htmlFor="code">{t('scan.label')}</label>
      <div className="line">
        <input
          id="code"
          ref={field}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-describedby="code-says"
        />
        <button type="submit" className="button main" disabled={busy}>
          {t('scan.check')}
        </button>
      </div>
      <p id="code-says" role="status" className={says ? 'notice' : 'hidden'}>
        {says}
      </p>
      <div className="row">
        <button
          type="button"
          className="button"
          aria-pressed={camera}
          onClick={() => {
            setSays('')
            setCamera(!camera)
          }}
        >
          {t(camera ? 'scan.cameraOff' : 'scan.camera')}
        </button>
      </div>
      {camera ? (
        <Camera
          seen={seen}
          failed={(why) => {
            setCamera(false)
            setSays(t(`scan.noCamera.${why}`))
          }}
        />
      ) : null}
    </form>
  )
}
