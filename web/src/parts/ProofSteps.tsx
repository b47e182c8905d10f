import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, bytesOf, of } from '../api/client'
import { useMe } from '../app/me'
import { CannotCheck, check } from '../app/verifier'
import { useWords } from '../words'
import { Fault, Skeleton } from './Fault'
import { failedIn, type Kind, type Report, type Row, rowsOf, type Signing, type State } from './proof/steps'
import './proof/words'
import '../style/proof.css'
import { Shape } from './Shapes'
import { save } from './save'
import { Copy } from './Unit'
import { when } from './When'
import type { Word } from './word'

const trustAddress = '/api/v1/trust'

/** ProofSteps fetches a proof, checks it in this browser, and shows each step with its state. Beside it: the file, and how to check it elsewhere. */
export function ProofSteps({ kind, address, file }: { kind: Kind; address: string; file: string }) {
  const t = useWords()
  const got = useQuery({
    queryKey: ['proof', address],
    queryFn: async () => {
      const [object, trust] = await Promise.all([bytesOf(address), bytesOf(trustAddress)])
      return { object, trust }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  const checked = useQuery({
    queryKey: ['proof', address, 'checked', got.dataUpdatedAt],
    queryFn: () => (got.data ? check(got.data.object, new TextDecoder().decode(got.data.trust)) : undefined),
    enabled: got.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const report = checked.data?.report
  const rows = rowsOf(kind, report)
  if (got.isError) return <Fault error={got.error} again={() => void got.refetch()} />
  return (
    <section className="stack" aria-label={t('proof.title')}>
      <div aria-live="polite">
        {checked.isError ? (
          <Outcome word="tell" says={t('proof.cannot', { why: whyOf(checked.error) })} next={t('proof.cannotNext')} />
        ) : report ? (
          <Found report={report} rows={rows} />
        ) : (
          <>
            <p className="quiet">{t('proof.waiting')}</p>
            <Skeleton lines={2} />
          </>
        )}
      </div>
      <h2>{t('proof.steps')}</h2>
      <ol className="proof-steps">
        {rows.map((r) => (
          <StepRow key={r.name} row={r}>
            {report?.signing && r.name === 'signatures' ? <Signatures signing={report.signing} /> : null}
            {report?.signing && r.name === 'set' ? (
              <>
                <p className="quiet small">{t('proof.set', { changes: report.signing.changes })}</p>
                <p className="code small">{report.signing.set}</p>
              </>
            ) : null}
          </StepRow>
        ))}
      </ol>
      {checked.data && report ? (
        <p className="quiet small breaks">
          {t('proof.took', {
            ms: Math.max(1, Math.round(checked.data.ms)),
            when: when(report.as_of),
            height: report.height,
            chain: report.chain,
          })}{' '}
          {report.fingerprint ? t('proof.trust', { fingerprint: report.fingerprint }) : ''}
        </p>
      ) : null}
      <Limits kind={kind} report={report} />
      <Offline file={file} address={address} object={got.data?.object} again={() => void got.refetch()} />
    </section>
  )
}

const whyOf = (e: unknown) => (e instanceof CannotCheck ? e.message : String(e))

function Outcome({ word, says, next, children }: { word: Word; says: string; next?: string; children?: ReactNode }) {
  const t = useWords()
  return (
    <div className={`verdict ${word}`} data-testid="proof-outcome">
      <p className="word">
        <Shape word={word} />
        {t(`verdict.${word}`)}
      </p>
      <p className="says">{says}</p>
      {children}
      {next ? (
        <p className="next">
          <strong>{t('verdict.next')}:</strong> {next}
        </p>
      ) : null}
    </div>
  )
}

function Found({ report, rows }: { report: Report; rows: Row[] }) {
  const t = useWords()
  const failed = failedIn(rows)
  if (report.outcome === 'refused' || failed)
    return (
      <Outcome
        word="stop"
        says={t('proof.refused', { step: t(`proof.step.${failed?.name}`, { defaultValue: failed?.name ?? '' }) })}
        next={t('proof.refusedNext')}
      />
    )
  if (report.outcome === 'alert')
    return (
      <Outcome word="stop" says={t('proof.alert')}>
        <ul lang="en">
          {(report.alerts ?? []).map((a) => (
            <li key={a}>{a}</li>
          ))}
        </ul>
      </Outcome>
    )
  return report.outcome === 'proved' ? (
    <Outcome word="ok" says={t('proof.proved')} />
  ) : (
    <Outcome word="tell" says={t('proof.partly')} />
  )
}

const shapes: Partial<Record<State, Word>> = { ok: 'ok', failed: 'stop' }

function StepRow({ row, children }: { row: Row; children?: ReactNode }) {
  const t = useWords()
  const shape = shapes[row.state]
  return (
    <li data-state={row.state}>
      <span className={`light ${shape ?? ''}`}>{shape ? <Shape word={shape} /> : <Dash />}</span>
      <div className="stack tight">
        <div className="row spread">
          <strong>{t(`proof.step.${row.name}`, { defaultValue: row.name })}</strong>
          <span className={shape === 'stop' ? 'light stop' : 'quiet'}>{t(`proof.state.${row.state}`)}</span>
        </div>
        {row.text ? (
          <p className="quiet small" lang="en">
            {row.text}
          </p>
        ) : null}
        {children}
      </div>
    </li>
  )
}

const Dash = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" strokeWidth="2" />
    <path d="M8 12h8" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  </svg>
)

/** Signatures are who signed the header, by the names of the members. */
function Signatures({ signing }: { signing: Signing }) {
  const t = useWords()
  const { may } = useMe()
  const known = useQuery({
    queryKey: ['validators'],
    queryFn: async () => {
      const [keys, members] = await Promise.all([
        of(api.GET('/api/v1/validators')),
        of(api.GET('/api/v1/organisations')),
      ])
      const name = new Map(members.map((m) => [m.id, m.name]))
      return new Map(keys.map((k) => [k.key, name.get(k.member) ?? k.member]))
    },
    enabled: may('read-ledger'),
  })
  const all = signing.validators
  const power = all.reduce((sum, v) => sum + v.power, 0)
  const signed = all.filter((v) => v.signed)
  const share = Math.floor((100 * signed.reduce((sum, v) => sum + v.power, 0)) / power)
  return (
    <>
      <p className="small">{t('proof.signed', { signed: signed.length, all: all.length, share })}</p>
      <ul className="signers small">
        {all.map((v) => (
          <li key={v.key} className={v.signed ? '' : 'quiet'}>
            {known.data?.get(v.key) ?? t('proof.unknownKey', { key: `${v.key.slice(2, 14)}…` })}
            {v.signed ? '' : ` (${t('proof.didNot')})`}
          </li>
        ))}
      </ul>
      <p className="quiet small">{t('proof.names')}</p>
      <p className="code small">{signing.header}</p>
    </>
  )
}

/** Limits are what the proof leaves open, in plain words. */
function Limits({ kind, report }: { kind: Kind; report?: Report }) {
  const t = useWords()
  const list = [
    kind === 'bundle' ? 'notGoods' : 'notPrivate',
    'notLater',
    ...(kind === 'bundle' ? ['notCopy'] : []),
    ...(report?.signers === 1 ? ['notOne'] : []),
  ]
  return (
    <div className="stack tight">
      <h2>{t('proof.not')}</h2>
      <ul className="plain">
        {list.map((name) => (
          <li key={name}>{t(`proof.${name}`)}</li>
        ))}
      </ul>
    </div>
  )
}

function Offline({
  file,
  address,
  object,
  again,
}: {
  file: string
  address: string
  object?: Uint8Array
  again: () => void
}) {
  const t = useWords()
  const command = `pedigree verify ${file} --trust trust.json`
  return (
    <div className="stack tight">
      <h2>{t('proof.offline')}</h2>
      <p>{t('proof.offlineWhy')}</p>
      <p className="row">
        <code>{command}</code>
        <Copy text={command} />
      </p>
      <div className="row no-print">
        {object ? (
          <button
            type="button"
            className="button"
            onClick={() => save(file, 'application/cbor', object as Uint8Array<ArrayBuffer>)}
          >
            {t('proof.file')}
          </button>
        ) : (
          <a className="button" href={address} download={file}>
            {t('proof.file')}
          </a>
        )}
        <a className="button" href={trustAddress} download="trust.json">
          {t('proof.trustFile')}
        </a>
        <button type="button" className="button bare" onClick={again}>
          {t('proof.again')}
        </button>
      </div>
    </div>
  )
}
