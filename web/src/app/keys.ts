import { useEffect, useRef } from 'react'
import { Wedge } from './wedge'

const writes = (e: Element | null) =>
  e instanceof HTMLElement && (e.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName))

export type Acts = {
  search: () => void
  palette: () => void
  help: () => void
  scan: () => void
  code: (text: string) => void
}

/** useKeys hears hand scanners and the console's keys on every page. */
export function useKeys(acts: Acts) {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const wedge = new Wedge()
    const down = (e: KeyboardEvent) => {
      const said = wedge.take({ key: e.key, at: e.timeStamp, ctrl: e.ctrlKey, alt: e.altKey })
      if (said.is === 'code') {
        e.preventDefault()
        e.stopPropagation()
        // What the scanner typed into a field on the way isn't the person's text.
        const field = document.activeElement
        if (field instanceof HTMLInputElement && said.text.endsWith(field.value.slice(-said.text.length)))
          field.value = ''
        latest.current.code(said.text)
        return
      }
      const key = e.key.toLowerCase()
      if ((e.ctrlKey || e.metaKey) && key === 'k') {
        e.preventDefault()
        latest.current.palette()
        return
      }
      if (
        writes(document.activeElement) ||
        document.querySelector('dialog[open]') ||
        e.ctrlKey ||
        e.metaKey ||
        e.altKey
      )
        return
      // A scanner's first characters look like these keys: they count when nothing follows at once.
      if (said.is === 'part') return
      const act = { '/': latest.current.search, '?': latest.current.help, s: latest.current.scan }[key]
      if (!act) return
      e.preventDefault()
      setTimeout(() => {
        if (wedge.idle()) act()
      }, 50)
    }
    addEventListener('keydown', down, true)
    return () => removeEventListener('keydown', down, true)
  }, [])
}
