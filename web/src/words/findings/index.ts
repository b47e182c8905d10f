import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { saying } from './es'

type Said = typeof saying
const none: Said = () => undefined
let kept: Said | undefined

/** useFindings gives what rules of documents say in another language than the node's, once it is loaded; nothing in the node's own. */
export function useFindings(): Said {
  const { i18n } = useTranslation()
  const [said, setSaid] = useState<Said | undefined>(() => kept)
  const wanted = i18n.language === 'es'
  useEffect(() => {
    if (!wanted || kept) return
    void import('./es').then((m) => {
      kept = m.saying
      setSaid(() => m.saying)
    })
  }, [wanted])
  return (wanted && said) || none
}
