// What a person types is kept in this tab until it was taken: an error, a reload or the
// end of a session loses none of it. It is kept per person, and never leaves the tab.
import { useState } from 'react'
import { useMe } from './me'

const bytesMost = 20_000

function read(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined
  } catch {
    return undefined // the browser keeps nothing: the text lives as long as the page
  }
}

function write(key: string, text: string | undefined) {
  try {
    if (text === undefined) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text.slice(0, bytesMost))
  } catch {
    // as above
  }
}

/** useKept is a text under a name, as it was last typed here, or first; taken forgets it. */
export function useKept(name: string, first = '') {
  const me = useMe()
  const key = `pedigree.kept.${me.data?.org ?? ''}.${me.data?.id ?? ''}.${name}`
  const [typed, setTyped] = useState<{ key: string; text: string | undefined }>({ key, text: read(key) })
  const own = typed.key === key ? typed.text : read(key)
  return {
    text: own ?? first,
    changed: own !== undefined && own !== first,
    set: (text: string) => {
      write(key, text)
      setTyped({ key, text })
    },
    taken: () => {
      write(key, undefined)
      setTyped({ key, text: undefined })
    },
  }
}
