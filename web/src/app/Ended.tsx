import { focusManager, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, ended, of, Refused, type Schemas } from '../api/client'
import { useWords } from '../words'
import { keeper } from './keeper'
import { useMe } from './me'

const able = 'PublicKeyCredential' in globalThis

/** Ended asks who was signed out to sign in beside the page, so that what was typed stays. Meanwhile nothing is asked of the node. */
export function Ended() {
  const t = useWords()
  const me = useMe()
  const queries = useQueryClient()
  const dialog = useRef<HTMLDialogElement>(null)
  const [says, setSays] = useState('')
  const [other, setOther] = useState<Schemas['Me']>()
  const id = me.data?.id
  useEffect(() => {
    const open = () => {
      focusManager.setFocused(false)
      if (!dialog.current?.open) dialog.current?.showModal()
    }
    addEventListener(ended, open)
    return () => removeEventListener(ended, open)
  }, [])
  const goOn = async () => {
    try {
      const now = await of(api.GET('/api/v1/me'))
      if (now.id !== id) {
        setOther(now)
        return
      }
      setSays('')
      setOther(undefined)
      focusManager.setFocused(undefined)
      dialog.current?.close()
      void keeper().then((k) => k.back()) // what waits on this device goes at once
      await queries.invalidateQueries()
    } catch (e) {
      setSays(e instanceof Refused ? t('session.not') : t('fault.away'))
    }
  }
  const passkey = async () => {
    try {
      const page = '/passkey.js' // the node's own script of signing in
      const { signIn } = (await import(/* @vite-ignore */ page)) as { signIn: () => Promise<void> }
      await signIn()
      await goOn()
    } catch {
      setSays(t('session.not'))
    }
  }
  return (
    <dialog ref={dialog} aria-label={t('session.title')} onCancel={(e) => e.preventDefault()}>
      <div className="inside">
        <h2>{t('session.title')}</h2>
        <p>{other ? t('session.other', { name: other.name }) : t('session.lost')}</p>
        <div className="row">
          {able && me.data?.kind === 'person' ? (
            <button type="button" className="button main" onClick={() => void passkey()}>
              {t('session.passkey')}
            </button>
          ) : null}
          <a className="button" href="/login?next=/console/" target="_blank" rel="noreferrer">
            {t('session.tab')}
          </a>
          <button type="button" className="button" onClick={() => void goOn()}>
            {t('session.on')}
          </button>
          {other ? (
            <button type="button" className="button" onClick={() => location.assign('/console/')}>
              {t('session.leave', { name: other.name })}
            </button>
          ) : null}
        </div>
        <p role="status">{says}</p>
      </div>
    </dialog>
  )
}
