import { type FormEvent, useEffect, useRef, useState } from 'react'
import { recognise } from '../app/recognise'
import { useWords } from '../words'

/** ScanBox takes a code from the keyboard or the camera; hand scanners are heard on the whole page. */
export function ScanBox({ take, busy }: { take: (text: string) => void; busy?: boolean }) {
  const t = useWords()
  const field = useRef<HTMLInputElement>(null)
  const [camera, setCamera] = useState(false)
  const [refused, setRefused] = useState('')
  const [wrong, setWrong] = useState('')
  const offer = (text: string) => {
    const is = recognise(text)
    setWrong(is.kind === 'web' ? t('scan.wrongKind') : '')
    if (is.kind === 'nothing' || is.kind === 'web') return false
    take(is.text)
    return true
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (field.current && offer(field.current.value)) field.current.select()
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
      <p id="code-says" role="status" className={wrong || refused ? '' : 'hidden'}>
        {wrong || refused}
      </p>
      <div className="row">
        <button type="button" className="button" aria-pressed={camera} onClick={() => setCamera(!camera)}>
          {t(camera ? 'scan.cameraOff' : 'scan.camera')}
        </button>
      </div>
      {camera ? (
        <Camera
          seen={(text) => {
            if (offer(text)) setCamera(false)
          }}
          failed={(why) => {
            setCamera(false)
            setRefused(t('scan.cameraRefused', { why }))
          }}
        />
      ) : null}
    </form>
  )
}

const lookEveryMs = 120

function Camera({ seen, failed }: { seen: (text: string) => void; failed: (why: string) => void }) {
  const t = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const acts = useRef({ seen, failed })
  acts.current = { seen, failed }
  useEffect(() => {
    let over = false
    let stream: MediaStream | undefined
    const look = async () => {
      const [{ readSymbol }, got] = await Promise.all([
        import('../app/symbols'),
        navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'environment', width: { ideal: 1280 } },
          audio: false,
        }),
      ])
      stream = got
      if (over || !video.current) {
        for (const track of got.getTracks()) track.stop()
        return
      }
      video.current.srcObject = got
      await video.current.play()
      while (!over) {
        const text = video.current ? await readSymbol(video.current) : ''
        if (text && !over) acts.current.seen(text)
        await new Promise((next) => setTimeout(next, lookEveryMs))
      }
    }
    look().catch((e: unknown) => {
      if (!over) acts.current.failed(e instanceof Error ? e.message : String(e))
    })
    return () => {
      over = true
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  return (
    <figure style={{ margin: 0 }}>
      <video ref={video} muted playsInline />
      <figcaption className="quiet small">{t('scan.cameraLooks')}</figcaption>
    </figure>
  )
}
