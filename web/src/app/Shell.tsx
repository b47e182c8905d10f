import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Away } from '../api/client'
import { Fault } from '../parts/Fault'
import { when } from '../parts/When'
import { languages, speak, useWords } from '../words'
import { Ended } from './Ended'
import { faceOf } from './face'
import { useKeys } from './keys'
import { applyLook, look } from './look'
import { useMe, useOrg, useStatus } from './me'
import { Palette } from './Palette'
import { railOf } from './places'
import { recognise } from './recognise'
import { heard } from './scans'

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
  const open = (text: string) => {
    const is = recognise(text)
    if (is.kind === 'nothing') return
    if (is.kind === 'text' || is.kind === 'product' || is.kind === 'hash' || is.kind === 'height')
      void go({ to: '/goods', search: { find: is.text } })
    else void go({ to: '/scan', search: { item: is.text } })
  }
  useKeys({
    search: () => search.current?.focus(),
    palette: () => setPalette(true),
    help: () => help.current?.showModal(),
    scan: () => void go({ to: '/scan', search: {} }),
    code: (text) => heard(text) || open(text),
  })
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
          <span className="org" title={org.data?.name ?? me.data?.org}>
            {me.data ? `${org.data?.name ?? me.data.org}${me.data.kind === 'person' ? ` · ${me.data.name}` : ''}` : ''}
          </span>
          <button type="button" className="button bare" aria-keyshortcuts="Control+K" onClick={() => setPalette(true)}>
            {t('palette.title')}
          </button>
          <button type="button" className="button bare" onClick={() => settings.current?.showModal()}>
            {t('settings')}
          </button>
        </div>
      </header>
      {status.data?.demo ? <p className="banner demo">{t('demo')}</p> : null}
      {status.error instanceof Away ? (
        <p className="banner" role="status">
          {t('offline')}
        </p>
      ) : late > behindAfterMs ? (
        <p className="banner" role="status">
          {t('behind', { when: when(status.data?.block_time) })}
        </p>
      ) : null}
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
        {me.isError && !(me.error instanceof Away) ? <Fault error={me.error} /> : children}
      </main>
      <Ended />
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
        <Settings close={() => settings.current?.close()} />
      </dialog>
    </div>
  )
}

function Settings({ close }: { close: () => void }) {
  const t = useWords()
  const me = useMe()
  const org = useOrg()
  const [now, setNow] = useState(look)
  const [language, setLanguage] = useState(document.documentElement.lang)
  const change = (c: Partial<typeof now>) => {
    applyLook(c)
    setNow({ ...now, ...c })
  }
  return (
    <div className="inside">
      <h2>{t('settings')}</h2>
      {me.data ? <p className="quiet small">{t('who.acts', { org: org.data?.name ?? me.data.org })}</p> : null}
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
      <div className="row spread">
        <form method="post" action="/logout">
          <button type="submit" className="button">
            {t('app.signOut')}
          </button>
        </form>
        <button type="button" className="button main" onClick={close}>
          {t('close')}
        </button>
      </div>
    </div>
  )
}
