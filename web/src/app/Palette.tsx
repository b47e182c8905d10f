import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useWords } from '../words'
import { useMe } from './me'
import { useModules } from './openapi'
import { placesOf } from './places'

type Choice = { name: string; where: string; go: () => void }

/** Palette goes to any place by its name; what is none is looked up as a code. */
export function Palette({ close, open }: { close: () => void; open: (text: string) => void }) {
  const t = useWords()
  const go = useNavigate()
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const me = useMe()
  const modules = useModules()
  useEffect(() => dialog.current?.showModal(), [])
  const choices: Choice[] = [
    ...placesOf(me.may).map((p) => ({
      name: t(p.name),
      where: p.key ?? '',
      go: () => void go({ to: p.to, search: {} }),
    })),
    ...(modules.data?.lists ?? []).map((l) => ({
      name: l.summary,
      where: l.path,
      go: () => void go({ to: '/all/$list', params: { list: l.id }, search: {} }),
    })),
    ...(modules.data?.acts ?? []).map((a) => ({
      name: a.summary,
      where: a.path,
      go: () => void go({ to: '/do/$act', params: { act: a.id }, search: {} }),
    })),
  ]
  const wanted = text.trim().toLowerCase().split(/\s+/)
  const found = choices
    .filter((p) => wanted.every((w) => `${p.name} ${p.where}`.toLowerCase().includes(w)))
    .slice(0, 50)
  const choose = (p?: Choice) => {
    close()
    if (p) p.go()
    else open(text)
  }
  const key = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && found.length > 0) {
      e.preventDefault()
      setAt((at + step + found.length) % found.length)
    }
    if (e.key === 'Enter') {
      e.preventDefault()
      choose(found[at])
    }
  }
  return (
    <dialog ref={dialog} aria-label={t('palette.title')} onClose={close}>
      <div className="inside">
        <label htmlFor="palette">{t('palette.label')}</label>
        <input
          id="palette"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[at] ? `place-${at}` : undefined}
          value={text}
          autoComplete="off"
          onChange={(e) => {
            setText(e.target.value)
            setAt(0)
          }}
          onKeyDown={key}
        />
        {found.length === 0 ? <p className="quiet">{t('palette.none')}</p> : null}
        <div className="choices" id="palette-list" role="listbox" aria-label={t('palette.title')} tabIndex={-1}>
          {found.map((p, i) => (
            <div
              key={`${p.name} ${p.where}`}
              id={`place-${i}`}
              role="option"
              aria-selected={i === at}
              onClick={() => choose(p)}
            >
              <span>{p.name}</span>
              <span className="quiet small">{p.where}</span>
            </div>
          ))}
        </div>
      </div>
    </dialog>
  )
}
