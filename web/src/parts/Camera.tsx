import { useEffect, useRef, useState } from 'react'
import type { Judged } from '../app/seen'
import { useWords } from '../words'

const lookEveryMs = 120

/** Why a camera gives no picture; each has a sentence. */
export type NoCamera = 'refused' | 'absent' | 'busy' | 'insecure' | 'failed'

/** noCameraOf reads the errors of getUserMedia (W3C Media Capture and Streams, section 10.2). */
export function noCameraOf(e: unknown): NoCamera {
  const name = e instanceof Error || e instanceof DOMException ? e.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'absent'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return name === 'InsecureError' ? 'insecure' : 'failed'
}

const kept = 'pedigree.camera'

async function open(device: string): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    const e = new Error('this address is not safe enough for a camera')
    e.name = 'InsecureError'
    throw e
  }
  const ask = (video: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ video, audio: false })
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } }
  if (device)
    try {
      return await ask({ ...size, deviceId: { exact: device } })
    } catch (e) {
      if (noCameraOf(e) !== 'absent') throw e // it was pulled out: any other will do
    }
  return ask({ ...size, facingMode: 'environment' })
}

/** Camera looks for symbols in the picture until it is taken off the screen. */
export function Camera({ seen, failed }: { seen: (what: Judged) => void; failed: (why: NoCamera) => void }) {
  const t = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const [device, setDevice] = useState(() => localStorage.getItem(kept) ?? '')
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([])
  const [torch, setTorch] = useState<{ track: MediaStreamTrack; on: boolean }>()
  const acts = useRef({ seen, failed })
  acts.current = { seen, failed }
  useEffect(() => {
    let over = false
    let stream: MediaStream | undefined
    const stop = (s?: MediaStream) => {
      for (const track of s?.getTracks() ?? []) track.stop()
    }
    const look = async () => {
      const got = await open(device)
      if (over || !video.current) return stop(got)
      stream = got
      video.current.srcObject = got
      await video.current.play()
      const { readSymbol } = await import('../app/symbols')
      const all = await navigator.mediaDevices.enumerateDevices()
      const track = got.getVideoTracks()[0]
      if (over) return
      setCameras(all.filter((d) => d.kind === 'videoinput'))
      const can = track?.getCapabilities?.() as (MediaTrackCapabilities & { torch?: boolean }) | undefined
      setTorch(track && can?.torch ? { track, on: false } : undefined)
      while (!over) {
        const what = video.current ? await readSymbol(video.current) : undefined
        if (what && !over) acts.current.seen(what)
        await new Promise((next) => setTimeout(next, lookEveryMs))
      }
    }
    look().catch((e: unknown) => {
      stop(stream)
      // A play that was cut off by the picture's removal isn't the camera's fault.
      if (!over) acts.current.failed(noCameraOf(e))
    })
    return () => {
      over = true
      stop(stream)
      setTorch(undefined) // the light was that camera's
    }
  }, [device])
  const light = async () => {
    if (!torch) return
    await torch.track.applyConstraints({ advanced: [{ torch: !torch.on } as MediaTrackConstraintSet] })
    setTorch({ ...torch, on: !torch.on })
  }
  return (
    <figure className="stack tight" style={{ margin: 0 }}>
      <video ref={video} muted playsInline aria-label={t('scan.cameraPicture')} />
      <figcaption className="quiet small">{t('scan.cameraLooks')}</figcaption>
      <div className="row">
        {torch ? (
          <button type="button" className="button" aria-pressed={torch.on} onClick={() => void light()}>
            {t(torch.on ? 'scan.torchOff' : 'scan.torch')}
          </button>
        ) : null}
        {cameras.length > 1 ? (
          <>
            <label htmlFor="camera">{t('scan.whichCamera')}</label>
            <select
              id="camera"
              value={device}
              onChange={(e) => {
                localStorage.setItem(kept, e.target.value)
                setDevice(e.target.value)
              }}
              style={{ width: 'auto', maxWidth: '100%' }}
            >
              <option value="">{t('scan.anyCamera')}</option>
              {cameras.map((c, i) => (
                <option key={c.deviceId} value={c.deviceId}>
                  {c.label || t('scan.cameraNumber', { number: i + 1 })}
                </option>
              ))}
            </select>
          </>
        ) : null}
      </div>
    </figure>
  )
}
