import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../app/me'
import { type Operation, useModules } from '../app/openapi'
import { placesOf } from '../app/places'
import { Fault, Skeleton } from '../parts/Fault'
import { useWords } from '../words'

/** Modules names everything that this node can list and do, for whoever may. */
export function Modules() {
  const t = useWords()
  const me = useMe()
  const modules = useModules()
  const [text, setText] = useState('')
  if (modules.isError && !modules.data) return <Fault error={modules.error} again={() => void modules.refetch()} />
  if (!modules.data || !me.data) return <Skeleton lines={6} />
  const seen = <O extends Operation>(all: O[]) =>
    all.filter(
      (o) =>
        (o.permission === '' || me.may(o.permission)) &&
        `${o.summary} ${o.path} ${o.id}`.toLowerCase().includes(text.trim().toLowerCase()),
    )
  return (
    <>
      <div className="stack tight">
        <h1>{t('module.title')}</h1>
        <p className="quiet">{t('module.intro')}</p>
      </div>
      <div className="field" style={{ maxWidth: 480 }}>
        <label htmlFor="modules">{t('module.filter')}</label>
        <input id="modules" type="search" value={text} onChange={(e) => setText(e.target.value)} />
      </div>
      <nav className="row" aria-label={t('module.places')}>
        {placesOf(me.may)
          .filter((p) => p.to !== '/all' && t(p.name).toLowerCase().includes(text.trim().toLowerCase()))
          .map((p) => (
            <Link key={p.to} className="button" to={p.to}>
              {t(p.name)}
            </Link>
          ))}
      </nav>
      <div className="two">
        <section className="stack tight">
          <h2>{t('module.lists')}</h2>
          <ul className="facts-list">
            {seen(modules.data.lists).map((l) => (
              <li key={l.id} style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
                <Link to="/all/$list" params={{ list: l.id }} search={{}}>
                  {l.summary}
                </Link>
                <code className="quiet small">{l.path}</code>
              </li>
            ))}
          </ul>
        </section>
        <section className="stack tight">
          <h2>{t('module.acts')}</h2>
          <ul className="facts-list">
            {seen(modules.data.acts).map((a) => (
              <li key={a.id} style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
                <Link to="/do/$act" params={{ act: a.id }} search={{}}>
                  {a.summary}
                </Link>
                <code className="quiet small">
                  {a.method} {a.path}
                </code>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}
