import { useEffect, useRef } from 'react'
import { keep } from './before'
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
    let back = () => {}
    const down = (e: KeyboardEvent) => {
      const k = { key: e.key, at: e.timeStamp, ctrl: e.ctrlKey, alt: e.altKey, repeat: e.repeat }
      // Any key may be a scanner's first: what stands in the field is noted before it changes that.
      if (wedge.fresh(k.at)) back = keep(document.activeElement)
      const said = wedge.take(k)
      if (said.is === 'code') {
        e.preventDefault()
        e.stopPropagation()
        back()
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
