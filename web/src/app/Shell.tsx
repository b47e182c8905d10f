import { useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { type FormEvent, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Away, Refused, type Schemas, signedOut } from '../api/client'
import { answered, refused, useDevice, waiting } from '../offline/state'
import { Fault } from '../parts/Fault'
import { when } from '../parts/When'
import { languages, speak, useWords } from '../words'
import { DrillBanner, DrillState } from './Drill'
import { Ended } from './Ended'
import { faceOf } from './face'
import { keeper } from './keeper'
import { useKeys } from './keys'
import { applyLook, look } from './look'
import { useMe, useOrg, useStatus } from './me'
import { Palette } from './Palette'
import { railOf } from './places'
import { recognise } from './recognise'
import { heard } from './scans'
import { halfFilled, watchTyped } from './typed'

const Who = lazy(() => import('../screens/who/Who').then((m) => ({ default: m.Who })))
const Scanned = lazy(() => import('./Scanned').then((m) => ({ default: m.Scanned })))
const behindAfterMs = 5 * 60_000

/** Shell is what stands around every page: the bar, the places, what is heard from scanners and keys. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useWords()
  const go = useNavigate()
  const me = useMe()
  const status = useStatus()
  const org = useOrg()
  const at = useLocation({ select: (l) => `/console${l.pathname}` })
  const search = useRef<HTMLInputElement>(null)
  const help = useRef<HTMLDialogElement>(null)
  const settings = useRef<HTMLDialogElement>(null)
  const [palette, setPalette] = useState(false)
  const [who, setWho] = useState(false)
  const [beside, setBeside] = useState('')
  useEffect(watchTyped, [])
  const open = (text: string) => {
    const is = recognise(text)
    if (is.kind === 'nothing') return
    if (is.kind === 'hash') void go({ to: '/ledger/entry/$id', params: { id: is.text.toLowerCase() } })
    else if (is.kind === 'place' && me.may('read-ledger')) void go({ to: '/ledger', search: { find: is.text } })
    else if (is.kind === 'text' || is.kind === 'product' || is.kind === 'height')
      void go({ to: '/goods', search: { find: is.text } })
    else void go({ to: '/scan', search: { item: is.text } })
  }
  useKeys({
    search: () => search.current?.focus(),
    palette: () => setPalette(true),
    help: () => help.current?.showModal(),
    scan: () => void go({ to: '/scan', search: {} }),
    code: (text) => {
      if (heard(text)) return
      if (halfFilled()) setBeside(text)
      else open(text)
    },
  })
  useDeviceKept(me.data, status)
  // Who was here already may have typed something: the page stays, and they are asked to sign in beside it.
  const out = me.data !== undefined && me.error instanceof Refused && me.error.status === 401
  useEffect(() => {
    if (out) signedOut()
  }, [out])
  const late = status.data?.block_time ? Date.now() - Date.parse(status.data.block_time) : 0
  return (
    <div className="shell">
      <a className="button skip" href="#page">
        {t('app.skip')}
      </a>
      <header className="bar no-print">
        <Link to="/" className="name">
          {t('app.name')}
        </Link>
        <form
          className="search"
          onSubmit={(e: FormEvent) => {
            e.preventDefault()
            if (search.current) open(search.current.value)
          }}
        >
          <label className="hidden" htmlFor="search">
            {t('search.label')}
          </label>
          <input
            id="search"
            ref={search}
            type="search"
            placeholder={t('search.hint')}
            autoComplete="off"
            spellCheck={false}
          />
        </form>
        <div className="who">
          {me.data ? (
            <button
              type="button"
              className="org button bare"
              title={org.data?.name ?? me.data.org}
              aria-haspopup="dialog"
              onClick={() => setWho(true)}
            >
              {`${org.data?.name ?? me.data.org}${me.data.kind === 'person' ? ` · ${me.data.name}` : ''}`}
            </button>
          ) : null}
          <DrillState />
          <button type="button" className="button bare" aria-keyshortcuts="Control+K" onClick={() => setPalette(true)}>
            {t('palette.title')}
          </button>
          <button type="button" className="button bare" onClick={() => settings.current?.showModal()}>
            {t('settings')}
          </button>
        </div>
      </header>
      <aside className="banners" aria-label={t('app.notices')}>
        <DrillBanner />
        {status.data?.demo ? <p className="banner demo">{t('demo')}</p> : null}
        <DeviceBanners />
        {late > behindAfterMs ? (
          <p className="banner" role="status">
            {t('behind', { when: when(status.data?.block_time) })}
          </p>
        ) : null}
      </aside>
      <nav className="rail no-print" aria-label={t('app.menu')}>
        {railOf(me.may, faceOf(me.data)).map((p) => (
          <Link
            key={p.to}
            to={p.to}
            activeOptions={{ exact: p.to === '/' }}
            activeProps={{ className: 'here', 'aria-current': 'page' }}
          >
            {t(p.name)}
          </Link>
        ))}
      </nav>
      <main className="page" id="page" tabIndex={-1} data-at={at}>
        {me.isError && !me.data && !(me.error instanceof Away) ? <Fault error={me.error} /> : children}
      </main>
      <Ended />
      {beside ? (
        <Suspense>
          <Scanned code={beside} close={() => setBeside('')} />
        </Suspense>
      ) : null}
      {who ? (
        <Suspense>
          <Who close={() => setWho(false)} />
        </Suspense>
      ) : null}
      {palette ? <Palette close={() => setPalette(false)} open={open} /> : null}
      <dialog ref={help} aria-label={t('keys.title')}>
        <div className="inside">
          <h2>{t('keys.title')}</h2>
          <dl className="facts">
            {(
              [
                ['/', 'search'],
                ['Ctrl K', 'palette'],
                ['S', 'scan'],
                ['?', 'help'],
                ['Esc', 'close'],
              ] as const
            ).map(([key, name]) => (
              <div key={key} style={{ display: 'contents' }}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{t(`keys.${name}`)}</dd>
              </div>
            ))}
          </dl>
          <p>{t('keys.note')}</p>
          <button type="button" className="button" onClick={() => help.current?.close()}>
            {t('close')}
          </button>
        </div>
      </dialog>
      <dialog ref={settings} aria-label={t('settings')}>
        <Settings
          close={() => settings.current?.close()}
          keys={() => {
            settings.current?.close()
            help.current?.showModal()
          }}
        />
      </dialog>
    </div>
  )
}

const settleMs = 1500 // the first screen's own requests go first

/** useDeviceKept keeps this device ready to go on without a connection, once the first screen stands. */
function useDeviceKept(me: Schemas['Me'] | undefined, status: ReturnType<typeof useStatus>) {
  const queries = useQueryClient()
  const { away } = useDevice()
  const was = useRef(away)
  const lost = status.failureReason instanceof Away || status.error instanceof Away
  // A refusal is an answer too: the session may have ended while the line was cut.
  const heard = Math.max(status.dataUpdatedAt, status.error instanceof Refused ? status.errorUpdatedAt : 0)
  useEffect(() => {
    if (lost) answered(false)
    else if (heard > 0) answered(true)
  }, [lost, heard])
  useEffect(() => {
    if (!me) return
    let over = false
    const start = async () => {
      const k = await keeper()
      if (!over) await k.start(me, !lost)
    }
    const wait = setTimeout(() => void start(), lost ? 0 : settleMs)
    return () => {
      over = true
      clearTimeout(wait)
    }
  }, [me, lost])
  useEffect(() => {
    if (was.current && !away) {
      void keeper().then((k) => k.back())
      void queries.invalidateQueries({ queryKey: ['me'] }) // the session may have ended meanwhile
    }
    was.current = away
  }, [away, queries])
}

/** clock is a time for people: of today without the day. */
function clock(at: number): string {
  const day = new Date(at)
  return day.toDateString() === new Date().toDateString()
    ? new Intl.DateTimeFormat(i18next.language, { timeStyle: 'short' }).format(day)
    : when(day.toISOString())
}

/** DeviceBanners say what a person must know of the connection and of what this device keeps. */
function DeviceBanners() {
  const t = useWords()
  const d = useDevice()
  const [loading, setLoading] = useState(false)
  const sent = waiting(d).length
  const no = refused(d).length
  return (
    <>
      {d.away ? (
        <p className="banner no-print" role="status">
          {t('offline.since', { when: clock(d.away) })}{' '}
          {d.list ? t('offline.list', { when: clock(d.list.at), until: clock(d.list.until) }) : t('offline.none')}{' '}
          <Link to="/device">{t('offline.more')}</Link>
        </p>
      ) : null}
      {no > 0 || sent > 0 ? (
        <p className="banner no-print" role="status">
          {no > 0 ? t('offline.refused', { count: no }) : t('offline.waiting', { count: sent })}{' '}
          <Link to="/device">{t('offline.look')}</Link>
        </p>
      ) : null}
      {d.newer ? (
        <p className="banner no-print" role="status">
          {t('offline.newer')}{' '}
          <button
            type="button"
            className="button"
            disabled={loading}
            onClick={() => {
              setLoading(true)
              void keeper().then((k) => d.newer && k.takeOver(d.newer))
            }}
          >
            {t('offline.load')}
          </button>
        </p>
      ) : null}
    </>
  )
}

/** SignOut ends the session. What this device may answer from goes with it; what waits to be sent is said first. */
function SignOut() {
  const t = useWords()
  const d = useDevice()
  const [warned, setWarned] = useState(false)
  const left = waiting(d).length + refused(d).length
  return (
    <form
      method="post"
      action="/logout"
      className="stack tight"
      onSubmit={(e) => {
        if (left === 0 || warned) return
        e.preventDefault()
        setWarned(true)
      }}
    >
      {warned ? <p role="alert">{t('offline.leaving', { count: left })}</p> : null}
      <button type="submit" className="button">
        {t(warned ? 'offline.leave' : 'app.signOut')}
      </button>
    </form>
  )
}

function Settings({ close, keys }: { close: () => void; keys: () => void }) {
  const t = useWords()
  const [now, setNow] = useState(look)
  const [language, setLanguage] = useState(document.documentElement.lang)
  const change = (c: Partial<typeof now>) => {
    applyLook(c)
    setNow({ ...now, ...c })
  }
  return (
    <div className="inside">
      <h2>{t('settings')}</h2>
      <div className="field">
        <label htmlFor="language">{t('language.label')}</label>
        <select
          id="language"
          value={language}
          onChange={(e) => {
            setLanguage(e.target.value)
            void speak(e.target.value)
          }}
        >
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="theme">{t('theme.label')}</label>
        <select id="theme" value={now.theme} onChange={(e) => change({ theme: e.target.value as typeof now.theme })}>
          {(['system', 'light', 'dark'] as const).map((v) => (
            <option key={v} value={v}>
              {t(`theme.${v}`)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="density">{t('density.label')}</label>
        <select
          id="density"
          value={now.density}
          onChange={(e) => change({ density: e.target.value as typeof now.density })}
        >
          {(['roomy', 'dense'] as const).map((v) => (
            <option key={v} value={v}>
              {t(`density.${v}`)}
            </option>
          ))}
        </select>
      </div>
      <div className="row">
        <button type="button" className="button bare" onClick={keys}>
          {t('keys.title')}
        </button>
      </div>
      <div className="row spread">
        <SignOut />
        <button type="button" className="button main" onClick={close}>
          {t('close')}
        </button>
      </div>
    </div>
  )
}
