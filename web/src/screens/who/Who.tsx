import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useMe, useOrg, useStatus } from '../../app/me'
import { useWords } from '../../words'
import { consoleAt, readConsoles, withConsole, writeConsoles } from './consoles'
import { SignIns } from './SignIns'
import './words'

/** Who says for whom one acts, and goes to another person or organisation. */
export function Who({ close }: { close: () => void }) {
  const t = useWords()
  const me = useMe()
  const org = useOrg()
  const status = useStatus()
  const dialog = useRef<HTMLDialogElement>(null)
  const [list, setList] = useState(readConsoles)
  const [bad, setBad] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])
  const keep = (to: typeof list) => {
    writeConsoles(to)
    setList(to)
  }
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    const url = consoleAt(String(form.get('address')))
    setBad(!url)
    if (!url) return
    keep(withConsole(list, { name: String(form.get('name')), url }))
    e.currentTarget.reset()
  }
  const roles = (me.data?.roles ?? []).map((r) => t(`who.roles.${r}`, { defaultValue: r }))
  return (
    <dialog ref={dialog} aria-label={t('org.title')} onClose={close}>
      <div className="inside">
        <h2>{t('org.title')}</h2>
        <p>
          <strong>{org.data?.name ?? me.data?.org}</strong>
          <br />
          {[me.data?.kind === 'person' ? me.data.name : '', ...roles].filter(Boolean).join(' · ')}
        </p>
        <div className="row">
          <a className="button" href="/login?next=/console/">
            {t(status.data?.demo ? 'org.demo' : 'org.other')}
          </a>
        </div>
        <SignIns />
        <h3>{t('org.switch')}</h3>
        <p className="quiet small">{t('org.why')}</p>
        {list.length === 0 ? <p className="quiet">{t('org.none')}</p> : null}
        <ul className="plain" hidden={list.length === 0}>
          {list.map((c) => (
            <li key={c.url} className="row spread">
              <a href={c.url}>
                {c.name} <span className="quiet small">{new URL(c.url).host}</span>
              </a>
              <button
                type="button"
                className="button bare"
                aria-label={t('org.remove', { name: c.name })}
                onClick={() => keep(list.filter((o) => o.url !== c.url))}
              >
                {t('module.remove')}
              </button>
            </li>
          ))}
        </ul>
        <form className="stack tight" onSubmit={submit}>
          <div className="field">
            <label htmlFor="console-name">{t('org.name')}</label>
            <input id="console-name" name="name" required maxLength={80} autoComplete="off" />
          </div>
          <div className="field">
            <label htmlFor="console-address">{t('org.address')}</label>
            <input
              id="console-address"
              name="address"
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              aria-describedby="console-hint"
              aria-invalid={bad}
            />
            <p className={bad ? 'small' : 'quiet small'} id="console-hint" role={bad ? 'alert' : undefined}>
              {t(bad ? 'org.bad' : 'org.hint')}
            </p>
          </div>
          <div className="row spread">
            <button type="submit" className="button">
              {t('org.add')}
            </button>
            <button type="button" className="button main" onClick={() => dialog.current?.close()}>
              {t('close')}
            </button>
          </div>
        </form>
      </div>
    </dialog>
  )
}
