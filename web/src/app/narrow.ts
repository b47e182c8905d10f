import { useSyncExternalStore } from 'react'

const narrow = '(max-width: 800px)' // as in the style sheets

const watch = (changed: () => void) => {
  const query = matchMedia(narrow)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}

/** useNarrow tells whether the page is as narrow as a phone. */
export const useNarrow = () => useSyncExternalStore(watch, () => matchMedia(narrow).matches)
