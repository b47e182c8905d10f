// Whoever is on the screen takes what is scanned; without a taker the shell opens the scan page.
import { useEffect, useRef } from 'react'

type Taker = (text: string) => void
const takers: Taker[] = []

/** heard gives a scanned text to who takes it, and says whether somebody did. */
export function heard(text: string): boolean {
  const taker = takers.at(-1)
  taker?.(text)
  return taker !== undefined
}

/** useScans takes what is scanned for as long as the component is on the screen. */
export function useScans(take: Taker) {
  const latest = useRef(take)
  latest.current = take
  useEffect(() => {
    const mine: Taker = (text) => latest.current(text)
    takers.push(mine)
    return () => {
      takers.splice(takers.indexOf(mine), 1)
    }
  }, [])
}
