import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../words'
import { When } from './When'

const entry = /^[0-9a-f]{64}$/ // an entry's id, which has a page with its proof
const names = ['unknown', 'proved', 'signed', 'reported', 'own'] as const

/** KnowChip says how a fact is known, and opens the evidence for it. */
export function KnowChip({ basis, rule }: { basis: Partial<Schemas['Basis']>; rule?: string }) {
  const t = useWords()
  const drawer = useRef<HTMLDialogElement>(null)
  const name = names[basis.known ?? 0] ?? 'unknown'
  return (
    <>
      <button
        type="button"
        className={`chip ${name} ${basis.stale ? 'stale' : ''}`}
        onClick={() => drawer.current?.showModal()}
      >
        {t(`known.${name}`)}
        {basis.stale ? ` · ${t('known.stale')}` : ''}
      </button>
      <dialog ref={drawer} className="drawer" aria-label={t('known.title')}>
        <div className="inside">
          <div className="row spread">
            <h2>{t('known.title')}</h2>
            <button type="button" className="button bare" onClick={() => drawer.current?.close()}>
              {t('close')}
            </button>
          </div>
          <p>{name === 'unknown' ? t('known.unknown') : t(`known.${name}Why`)}</p>
          {basis.stale ? <p>{t('known.staleWhy')}</p> : null}
          <dl className="facts">
            {basis.source ? (
              <>
                <dt>{t('known.source')}</dt>
                <dd>{t(`known.sources.${basis.source}`, { defaultValue: basis.source })}</dd>
              </>
            ) : null}
            {basis.as_of ? (
              <>
                <dt>{t('known.asOf')}</dt>
                <dd>
                  <When at={basis.as_of} />
                </dd>
              </>
            ) : null}
            {basis.height ? (
              <>
                <dt>{t('known.height')}</dt>
                <dd>{basis.height}</dd>
              </>
            ) : null}
            {basis.evidence ? (
              <>
                <dt>{t('known.evidence')}</dt>
                <dd className="code">
                  {entry.test(basis.evidence) ? (
                    <Link to="/ledger/entry/$id" params={{ id: basis.evidence }}>
                      {basis.evidence}
                    </Link>
                  ) : (
                    basis.evidence
                  )}
                </dd>
              </>
            ) : null}
            {rule ? (
              <>
                <dt>{t('known.rule')}</dt>
                <dd className="code">{rule}</dd>
              </>
            ) : null}
          </dl>
        </div>
      </dialog>
    </>
  )
}
