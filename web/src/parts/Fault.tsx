import { useEffect, useState } from 'react'
import { Away, Refused, signedOut } from '../api/client'
import { langOfNode, useWords } from '../words'

/** misread is what is wrong with a code that somebody scanned or typed: the node's own words of it are for who writes programs. */
function misread(error: unknown): 'digit' | 'code' | undefined {
  if (!(error instanceof Refused) || !/^gs1\/|^dock\/unreadable$/.test(error.code)) return undefined
  return /check.digit/.test(`${error.code} ${error.message}`) ? 'digit' : 'code'
}

/** Fault says what went wrong, with the code to quote and what to do. */
export function Fault({ error, again }: { error: unknown; again?: () => void }) {
  const t = useWords()
  const [copied, setCopied] = useState(false)
  const out = error instanceof Refused && error.status === 401
  useEffect(() => {
    if (out) signedOut()
  }, [out])
  const text =
    error instanceof Away
      ? t('fault.away')
      : out
        ? t('fault.signedOut')
        : error instanceof Refused && error.status === 403 && !error.code
          ? t('fault.noPermission')
          : misread(error)
            ? t(`fault.misread.${misread(error)}`)
            : error instanceof Error
              ? error.message
              : String(error)
  const code = error instanceof Refused ? error.code : ''
  const copy = async () => {
    await navigator.clipboard.writeText(
      [code, text, ...(error instanceof Refused ? error.items.map((i) => `${i.path}: ${i.text}`) : [])]
        .filter(Boolean)
        .join('\n'),
    )
    setCopied(true)
  }
  return (
    <div className="fault" role="alert">
      <h2>{t('fault.title')}</h2>
      <p lang={error instanceof Refused && text === error.message ? langOfNode() : undefined}>{text}</p>
      {error instanceof Refused && error.items.length > 0 ? (
        <ul>
          {error.items.map((i) => (
            <li key={`${i.path} ${i.text}`}>
              <code>{i.path}</code> <span lang={langOfNode()}>{i.text}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="row">
        {again ? (
          <button type="button" className="button" onClick={again}>
            {t('fault.again')}
          </button>
        ) : null}
        <button type="button" className="button bare" onClick={copy}>
          {copied ? t('fault.copied') : t('fault.copy')}
        </button>
        {code ? <code className="quiet">{code}</code> : null}
      </div>
    </div>
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
