// What the node says by a code, in another language than its own. Loaded when somebody
// reads that language; the node's English stands until then, and wherever a code is new.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { langOfNode, rule } from '..'
import { plain } from '../plain'
import type * as Spanish from './es'
import type { Said } from './es'

export type { Said }

type Own = typeof Spanish
let kept: Own | undefined

/** useOwn is what another language than the node's says, once it is loaded; nothing in the node's own. */
function useOwn(): Own | undefined {
  const { i18n } = useTranslation()
  const [own, setOwn] = useState<Own | undefined>(() => kept)
  const wanted = i18n.language === 'es'
  useEffect(() => {
    if (!wanted || kept) return
    void import('./es').then((m) => {
      kept = m
      setOwn(() => m)
    })
  }, [wanted])
  return wanted ? own : undefined
}

/** In is a text with the language that it is in, where that is not the page's. */
export type In = { text: string; lang?: string | undefined }

/** useTold gives a text of the node in the reader's language, by its code, or as the node wrote it, and says which. */
export function useTold(): (said: Said | undefined, text: string) => In {
  const own = useOwn()
  return (said, text) => {
    const mine = own?.told(said, (name) => rule(name, name, '').text)
    return mine === undefined ? { text: plain(text), lang: langOfNode() } : { text: mine }
  }
}

type Pair = { text: string; next: string } | undefined

/** useRefusals gives what a refusal says in another language than the node's, by its code or, where it has none, its status. */
export function useRefusals(): (of: { code: string; status: number }) => Pair {
  const own = useOwn()
  return (of) => own?.refusal(of.code) ?? own?.refusedBy(of.status)
}

/** useLosses gives what a conversion can't carry over in another language than the node's, by its code. */
export function useLosses(): (code: string) => Pair {
  const own = useOwn()
  return (code) => own?.lost(code)
}
