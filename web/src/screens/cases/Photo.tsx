import { type DragEvent, useEffect, useRef, useState } from 'react'
import { Away, api, of, type Schemas } from '../../api/client'
import { useKept } from '../../app/kept'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { useAct } from './Acts'
import { base64Of, shrunk } from './shrink'
import type { Detail } from './terms'

/** Shown is a photo among the evidence: small, and whole when it is pressed. Its description speaks for it. */
export function Shown({ id, e }: { id: string; e: Schemas['CaseEvidence'] }) {
  const t = useWords()
  const [gone, setGone] = useState(false)
  const address = `/api/v1/cases/${encodeURIComponent(id)}/photos/${e.n}`
  if (gone) return <span className="small quiet">{t('cases.photo.gone')}</span>
  return (
    <a className="thumb" href={address} target="_blank" rel="noreferrer">
      <img src={address} alt={e.text} onError={() => setGone(true)} />
    </a>
  )
}

/** AddPhoto takes a photo of what is damaged, with what it shows in words. The photo stays on the page until the node has it. */
export function AddPhoto({ c }: { c: Detail }) {
  const t = useWords()
  const input = useRef<HTMLInputElement>(null)
  const [photo, setPhoto] = useState<Blob>()
  const [over, setOver] = useState(false)
  const [kept, setKept] = useState<Schemas['CasePhotoAdded']>()
  const text = useKept(`case.${c.id}.photo`)
  const take = (file?: File | null) => {
    if (!file) return
    setKept(undefined)
    send.reset()
    setPhoto(file)
  }
  const send = useAct(
    c.id,
    async (given: Blob) => {
      const body = { text: text.text.trim(), photo: await base64Of(await shrunk(given)) }
      setKept(await of(api.POST('/api/v1/cases/{id}/photos', { params: { path: { id: c.id } }, body })))
    },
    () => {
      setPhoto(undefined)
      text.taken()
    },
  )
  const drop = (e: DragEvent) => {
    e.preventDefault()
    setOver(false)
    take(e.dataTransfer.files[0])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className={`photodrop no-print ${over ? 'over' : ''}`}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {t(photo ? 'cases.photo.another' : 'cases.photo.add')}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        aria-label={t('cases.photo.add')}
        hidden
        onChange={(e) => {
          take(e.target.files?.[0])
          e.target.value = ''
        }}
      />
      {photo ? (
        <>
          <Preview photo={photo} />
          <div className="field">
            <label htmlFor="photo-text">{t('cases.photo.shows')}</label>
            <textarea
              id="photo-text"
              rows={2}
              maxLength={1000}
              value={text.text}
              aria-describedby="photo-hint"
              onChange={(e) => text.set(e.target.value)}
            />
            <p className="quiet small" id="photo-hint">
              {t('cases.photo.hint')}
            </p>
          </div>
          <button
            type="button"
            className="button main"
            disabled={send.isPending || text.text.trim() === ''}
            onClick={() => send.mutate(photo)}
          >
            {t(send.isPending ? 'cases.photo.sending' : 'cases.photo.keep')}
          </button>
        </>
      ) : null}
      {send.isError ? send.error instanceof Away ? <Waits /> : <Fault error={send.error} /> : null}
      {kept ? (
        <p className="small" role="status">
          {t('cases.photo.kept')}{' '}
          {kept.removed?.length ? t('cases.photo.removed', { parts: kept.removed.join(', ') }) : t('cases.photo.bare')}
        </p>
      ) : null}
    </div>
  )
}

/** Waits says that the photo was not taken, and is still here. */
function Waits() {
  const t = useWords()
  return <p role="alert">{t('cases.photo.away')}</p>
}

/** Preview is the photo that was chosen, before it is sent. */
function Preview({ photo }: { photo: Blob }) {
  const t = useWords()
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(photo)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [photo])
  return address ? <img className="preview" src={address} alt={t('cases.photo.preview')} /> : null
}
