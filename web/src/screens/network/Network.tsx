import { useQuery } from '@tanstack/react-query'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { Shape } from '../../parts/Shapes'
import { When } from '../../parts/When'
import type { Word } from '../../parts/word'
import { useWords } from '../../words'
import { plain } from '../../words/plain'
import { MemberLink } from '../ledger/parts'
import '../ledger/words'
import './words'

const again = 5_000
const slowAfterMs = 3 * 60_000

type View = Schemas['NetworkView']
type Finding = Schemas['NodeFinding']

/** Network is how the network and this node stand: one answer first, then who signs, who is connected, and what needs somebody. */
export function Network() {
  const t = useWords()
  const { may } = useMe()
  const watches = may('watch')
  const view = useQuery({
    queryKey: ['network'],
    queryFn: () => of(api.GET('/api/v1/network')),
    refetchInterval: again,
  })
  const rules = useQuery({ queryKey: ['rules'], queryFn: () => of(api.GET('/api/v1/rules')), refetchInterval: 60_000 })
  const health = useQuery({
    queryKey: ['health'],
    queryFn: () => of(api.GET('/api/v1/health')),
    enabled: watches,
    refetchInterval: 30_000,
  })
  if (!view.data)
    return (
      <>
        <h1>{t('network.title')}</h1>
        {view.isError ? <Fault error={view.error} again={() => void view.refetch()} /> : <Skeleton lines={8} />}
      </>
    )
  const v = view.data
  return (
    <>
      <div className="row spread">
        <h1>{t('network.title')}</h1>
        <Export
          name="network"
          rows={health.data ?? v.peers ?? []}
          answer={{ ...v, rules: rules.data, findings: health.data }}
        />
      </div>
      <Answer view={v} findings={health.data ?? []} />
      <Facts view={v} rules={rules.data} />
      <Validators view={v} />
      <Peers view={v} />
      <section className="stack tight">
        <h2>{t('network.findings')}</h2>
        {watches ? null : <p className="quiet">{t('network.noFindings')}</p>}
        {health.isError ? <Fault error={health.error} again={() => void health.refetch()} /> : null}
        {watches && health.isPending ? <Skeleton lines={5} /> : null}
        {health.data ? <Findings list={health.data} /> : null}
      </section>
    </>
  )
}

/** Answer is the worst of what is known, in one sentence. */
function Answer({ view, findings }: { view: View; findings: Finding[] }) {
  const t = useWords()
  const age = Date.now() - Date.parse(view.block_time)
  const failing = findings.filter((f) => f.verdict === 'FAIL')
  const [word, says, next]: [Word, string, string] = view.witnesses.forked
    ? ['stop', t('network.forked'), t('network.forkedNext')]
    : failing.length > 0
      ? ['stop', t('network.failing', { what: failing.map((f) => f.check).join(', ') }), t('network.failingNext')]
      : view.catching_up
        ? ['tell', t('network.catching'), t('network.catchingNext')]
        : age > slowAfterMs
          ? ['tell', t('network.slow', { minutes: Math.round(age / 60_000) }), t('network.slowNext')]
          : ['ok', t('network.well'), '']
  return (
    <div className={`verdict ${word}`} role="status">
      <p className="word">
        <Shape word={word} />
        {t(`verdict.${word}`)}
      </p>
      <p className="says">{says}</p>
      {next ? (
        <p className="next">
          <strong>{t('verdict.next')}:</strong> {next}
        </p>
      ) : null}
    </div>
  )
}

function Facts({ view: v, rules }: { view: View; rules?: Schemas['Rules'] }) {
  const t = useWords()
  const ahead = rules?.ahead ?? []
  return (
    <dl className="facts">
      <dt>{t('network.height')}</dt>
      <dd>{v.height}</dd>
      <dt>{t('network.age')}</dt>
      <dd>
        <When at={v.block_time} />
      </dd>
      <dt>{t('network.version')}</dt>
      <dd className="code">{v.version}</dd>
      {rules ? (
        <>
          <dt>{t('network.rules')}</dt>
          <dd>{t('network.rulesText', { version: rules.version, known: rules.known })}</dd>
          <dt>{t('network.upgrade')}</dt>
          <dd>
            {ahead.length === 0 ? t('network.noUpgrade') : null}
            {ahead.map((u) => (
              <div key={u.height}>
                {t('network.upgradeText', { version: u.version, height: u.height })}{' '}
                {u.version > rules.known ? <strong>{t('network.upgradeMissing')}</strong> : null}
              </div>
            ))}
          </dd>
        </>
      ) : null}
      <dt>{t('network.first')}</dt>
      <dd>{v.first}</dd>
      <dt>{t('network.witnesses')}</dt>
      <dd>
        {v.witnesses.asked === 0
          ? t('network.noWitnesses')
          : t('network.witnessText', { cosigned: v.witnesses.cosigned, asked: v.witnesses.asked })}
      </dd>
    </dl>
  )
}

function Validators({ view }: { view: View }) {
  const t = useWords()
  return (
    <section className="stack tight">
      <h2>{t('network.validators')}</h2>
      <Rows label={t('network.validators')} heads={[t('network.member'), t('network.power'), t('network.signed')]}>
        {(view.validators ?? []).map((v) => (
          <tr key={v.member}>
            <td>
              <MemberLink id={v.member} /> {v.own ? <span className="quiet">({t('network.own')})</span> : null}
            </td>
            <td>{v.power}</td>
            <td>{t(v.signed ? 'network.yes' : 'network.no')}</td>
          </tr>
        ))}
      </Rows>
    </section>
  )
}

function Peers({ view }: { view: View }) {
  const t = useWords()
  const peers = view.peers ?? []
  return (
    <section className="stack tight">
      <h2>{t('network.peers')}</h2>
      {peers.length === 0 ? <p className="quiet">{t('network.noPeers')}</p> : null}
      {peers.length > 0 ? (
        <Rows
          label={t('network.peers')}
          heads={[t('network.member'), t('network.behind'), t('network.height'), t('network.node')]}
        >
          {peers.map((p) => (
            <tr key={p.node}>
              <td>{p.member ? <MemberLink id={p.member} /> : <span className="quiet">{t('network.unknown')}</span>}</td>
              <td>
                {p.height === 0
                  ? t('network.silent')
                  : p.behind > 0
                    ? t('network.blocks', { count: p.behind })
                    : t('network.level')}
              </td>
              <td>{p.height || ''}</td>
              <td className="code">{p.node.slice(0, 12)}…</td>
            </tr>
          ))}
        </Rows>
      ) : null}
    </section>
  )
}

const shapes: Record<string, Word> = { OK: 'ok', WARN: 'tell', FAIL: 'stop' }
const rank = { FAIL: 0, WARN: 1, OK: 2 }

function Findings({ list }: { list: Finding[] }) {
  const t = useWords()
  const sorted = [...list].sort((a, b) => rank[a.verdict] - rank[b.verdict])
  return (
    <Rows label={t('network.findings')} heads={[t('network.verdict'), t('network.check'), t('network.found')]}>
      {sorted.map((f) => (
        <tr key={`${f.check} ${f.text}`}>
          <td>
            <span className={`light ${shapes[f.verdict]}`}>
              <Shape word={shapes[f.verdict] ?? 'tell'} />
              {t(`network.verdicts.${f.verdict}`)}
            </span>
          </td>
          <td lang="en">{f.check}</td>
          <td lang="en">
            {plain(f.text)}
            {f.do ? (
              <>
                <br />
                <span className="quiet">{plain(f.do)}</span>
              </>
            ) : null}
          </td>
        </tr>
      ))}
    </Rows>
  )
}
