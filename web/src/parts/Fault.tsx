import { useEffect, useState } from 'react'
import { Away, Refused, signedOut } from '../api/client'
import { langOfNode, useWords } from '../words'
import { useRefusals } from '../words/told'

/** misread is what is wrong with a code that somebody scanned or typed: the node's own words of it are for who writes programs. Another language has a sentence for each rule. */
function misread(error: unknown): 'digit' | 'code' | undefined {
  if (langOfNode() && error instanceof Refused && error.code.startsWith('gs1/')) return undefined
  if (!(error instanceof Refused) || !/^gs1\/(?!prefix)|^dock\/unreadable$/.test(error.code)) return undefined
  return /check.digit/.test(`${error.code} ${error.message}`) ? 'digit' : 'code'
}

/** Fault says what went wrong, with the code to quote and what to do. In another language than the node's, what the node said stands folded below. */
export function Fault({ error, again }: { error: unknown; again?: () => void }) {
  const t = useWords()
  const refusal = error instanceof Refused ? error : undefined
  const out = refusal?.status === 401
  const wrong = misread(error)
  useEffect(() => {
    if (out) signedOut()
  }, [out])
  return (
    <div className="fault" role="alert">
      <h2>{t('fault.title')}</h2>
      {error instanceof Away ? (
        <p>{t('fault.away')}</p>
      ) : out ? (
        <p>{t('fault.signedOut')}</p>
      ) : refusal?.status === 403 && !refusal.code ? (
        <p>{t('fault.noPermission')}</p>
      ) : refusal && wrong ? (
        <>
          <p>{t(`fault.misread.${wrong}`)}</p>
          <div lang={langOfNode()}>
            <Items of={refusal} />
          </div>
        </>
      ) : refusal ? (
        <Said refusal={refusal} />
      ) : (
        <p>{error instanceof Error ? error.message : String(error)}</p>
      )}
      <div className="row">
        {again ? (
          <button type="button" className="button" onClick={again}>
            {t('fault.again')}
          </button>
        ) : null}
        <Copy error={error} />
        {refusal?.code ? <code className="quiet">{refusal.code}</code> : null}
      </div>
    </div>
  )
}

/** Said is what a refusal says: by its code in the reader's language, and as the node wrote it. */
function Said({ refusal: r }: { refusal: Refused }) {
  const t = useWords()
  const own = useRefusals()(r)
  const wait = r.again > 0 ? <p className="quiet">{t('fault.wait', { count: r.again })}</p> : null
  if (!own)
    return (
      <>
        <div lang={langOfNode()}>
          <p>{r.message}</p>
          {r.hint && !r.message.includes(r.hint) ? <p className="quiet">{r.hint}</p> : null}
          <Items of={r} />
        </div>
        {wait}
      </>
    )
  return (
    <>
      <p>{own.text}</p>
      <p>{own.next}</p>
      {wait}
      <details open={r.items.length > 0}>
        <summary>{t('fault.node')}</summary>
        <div lang="en">
          <p>{r.message}</p>
          {r.hint ? <p>{r.hint}</p> : null}
          <Items of={r} />
        </div>
      </details>
    </>
  )
}

function Items({ of: r }: { of: Refused }) {
  if (r.items.length === 0) return null
  return (
    <ul>
      {r.items.map((i) => (
        <li key={`${i.path} ${i.text}`}>
          <code>{i.path}</code> {i.text}
        </li>
      ))}
    </ul>
  )
}

/** Copy puts what the node said in the clipboard, to be sent to who can help. */
function Copy({ error }: { error: unknown }) {
  const t = useWords()
  const [copied, setCopied] = useState(false)
  const lines =
    error instanceof Refused
      ? [error.code, error.message, error.hint, ...error.items.map((i) => `${i.path}: ${i.text}`)]
      : [error instanceof Away ? t('fault.away') : error instanceof Error ? error.message : String(error)]
  const copy = async () => {
    await navigator.clipboard.writeText(lines.filter(Boolean).join('\n'))
    setCopied(true)
  }
  return (
    <button type="button" className="button bare" onClick={copy}>
      {copied ? t('fault.copied') : t('fault.copy')}
    </button>
  )
}

/** Skeleton stands where something is being loaded. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useWords()
  return (
    <div className="stack" role="status" aria-label={t('app.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <div key={i} className="skeleton" />
      ))}
    </div>
  )
}
