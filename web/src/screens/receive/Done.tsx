import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { aboutOne } from '../../parts/along'
import { Export } from '../../parts/Export'
import { Fault } from '../../parts/Fault'
import { PartnerName } from '../../parts/PartnerName'
import { Shape } from '../../parts/Shapes'
import { useWords } from '../../words'
import { AboutData, Finding } from './Differs'
import { sorted } from './findings'
import { Thing } from './Matter'

/** Done is what came of a session that is no longer open. */
export function Done({ report: r }: { report: Schemas['DockReport'] }) {
  const t = useWords()
  const tops = r.plan.tops ?? []
  const [cases, packs] = [tops.reduce((n, p) => n + (p.whole ?? 0), 0), tops.reduce((n, p) => n + p.good, 0)]
  const { goods: findings, data } = sorted(r.plan.findings ?? [])
  const finishing = r.session.state === 'finishing'
  const word = finishing || packs === 0 ? 'tell' : 'ok'
  const says =
    r.session.state === 'dropped'
      ? t('receive.done.dropped')
      : cases > 0
        ? t('receive.done.cases', { count: cases, packs })
        : packs > 0
          ? t('receive.done.packs', { count: packs })
          : t('receive.done.none')
  const back = tops.flatMap((p) => (p.act === 'reject' ? [p.path] : (p.refuse ?? []).map((x) => x.path)))
  return (
    <>
      <section className={`verdict dock-verdict ${word}`} role="status">
        <p className="word">
          <Shape word={word} />
          {finishing ? t('receive.done.finishing') : says}
        </p>
        {r.pending ? <p className="says">{r.pending}</p> : null}
        <div className="row no-print">
          <Link className="button main" to="/receive" search={{}}>
            {t('receive.done.next')}
          </Link>
          {r.session.state === 'dropped' ? null : (
            <Export
              name={`receipt-${r.session.id}`}
              rows={rowsOf(r)}
              answer={r}
              {...aboutOne(tops.map((p) => p.path))}
            />
          )}
        </div>
      </section>
      {r.session.state === 'dropped' ? null : (
        <div className="two">
          <section className="stack tight">
            <h2>{t('receive.done.opened')}</h2>
            {findings.length === 0 ? <p className="quiet">{t('receive.done.noCases')}</p> : null}
            {findings.map((f) => (
              <Finding key={`${f.rule} ${f.top} ${f.document}`} finding={f}>
                <ul className="items">
                  {f.items?.slice(0, 10).map((it) => (
                    <li key={it.path}>
                      <Thing path={it.path} />
                    </li>
                  ))}
                </ul>
                <Case finding={f} finishing={finishing} />
              </Finding>
            ))}
            <AboutData findings={data}>{(f) => <Case finding={f} finishing={finishing} />}</AboutData>
          </section>
          <section className="stack tight">
            {back.length > 0 ? (
              <>
                <h2>{t('receive.done.back')}</h2>
                <ul className="items">
                  {back.map((path) => (
                    <li key={path}>
                      <Thing path={path} />
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
            {r.sellers && r.sellers.length > 0 ? (
              <>
                <h2>{t('receive.done.sellers')}</h2>
                <ul className="items">
                  {r.sellers.map((s) => (
                    <li key={s.org || s.gln || s.document}>
                      <PartnerName org={s.org || s.gln} /> {t(`receive.done.sellerWords.${s.word}`)}
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
            {r.outcomes && r.outcomes.length > 0 ? (
              <>
                <h2>{t('receive.done.ledger')}</h2>
                <ul className="items">
                  {r.outcomes.map((o) => (
                    <li key={o.path}>
                      <Thing path={o.path} />{' '}
                      <span className="quiet small">
                        {o.outcome} {o.text}
                      </span>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
          </section>
        </div>
      )}
    </>
  )
}

/** rowsOf is a receipt as a table: each container with what became of it, and each thing that differs. */
const rowsOf = (r: Schemas['DockReport']) => [
  ...(r.plan.tops ?? []).map((p) => ({ thing: p.path, what: p.act, cases: p.whole ?? 0, packs: p.good, case: '' })),
  ...(r.plan.findings ?? []).flatMap((f) =>
    (f.items ?? []).map((i) => ({ thing: i.path, what: f.rule, cases: '', packs: '', case: f.case ?? '' })),
  ),
]

function Case({ finding: f, finishing }: { finding: Schemas['DockFinding']; finishing: boolean }) {
  const t = useWords()
  if (f.case) return <Tell number={f.case} />
  return finishing ? null : <p className="quiet small">{t('receive.done.noCase')}</p>
}

/** Tell has the seller see a case on its own node; nobody writes an e-mail. */
function Tell({ number }: { number: string }) {
  const t = useWords()
  const { may } = useMe()
  const tell = useMutation({
    mutationFn: () => of(api.POST('/api/v1/cases/{id}/messages', { params: { path: { id: number } }, body: {} })),
  })
  return (
    <div className="stack tight">
      <div className="row">
        <Link className="button" to="/cases/$id" params={{ id: number }}>
          {t('receive.done.case', { number })}
        </Link>
        {may('settle-exceptions') && !tell.isSuccess ? (
          <button
            type="button"
            className="button main"
            aria-label={`${t('receive.done.tell')}: ${t('receive.done.case', { number })}`}
            disabled={tell.isPending}
            onClick={() => tell.mutate()}
          >
            {t('receive.done.tell')}
          </button>
        ) : null}
      </div>
      {tell.isSuccess ? (
        <p role="status">{t(tell.data.org ? 'receive.done.told' : 'receive.done.toldByHand')}</p>
      ) : null}
      {tell.isError ? <Fault error={tell.error} again={() => tell.mutate()} /> : null}
    </div>
  )
}
