import { useEffect, useRef, useState } from 'react'
import type { Schemas } from '../../api/client'

export type Change = Schemas['DockChange']
const kinds = ['now', 'scan', 'undo', 'decision', 'document', 'state']
const againMs = 10_000

/** useLive hears what anybody does in a session; it says whether it hears. The browser takes up a broken stream where it was. */
export function useLive(id: number, open: boolean, on: (c: Change) => void): boolean {
  const latest = useRef(on)
  latest.current = on
  const [live, setLive] = useState(false)
  useEffect(() => {
    if (!open) return
    let source: EventSource | undefined
    let later: ReturnType<typeof setTimeout> | undefined
    const listen = () => {
      const mine = new EventSource(`/api/v1/docks/${id}/events`)
      source = mine
      mine.onopen = () => setLive(true)
      mine.onerror = () => {
        setLive(false)
        if (mine.readyState === EventSource.CLOSED) later = setTimeout(listen, againMs) // refused: too many watch, or nobody is signed in
      }
      for (const kind of kinds)
        mine.addEventListener(kind, (e) => latest.current(JSON.parse((e as MessageEvent<string>).data) as Change))
    }
    listen()
    return () => {
      clearTimeout(later)
      source?.close()
      setLive(false)
    }
  }, [id, open])
  return live
}
