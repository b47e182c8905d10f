import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { useFindings } from '../../words/findings'
import { sorted } from './findings'
import { Matter, nameOf, sayingOf, Thing } from './Matter'
import type { useDock } from './useDock'

type Decide = ReturnType<typeof useDock>['decide']
const acts = ['receive', 'reject', 'leave'] as const
const itemsShown = 200
const foldedFrom = 5

/** Differs is what differs between the data and the goods, as it occurs, each with what to do. */
export function Differs({ report, decide, may }: { report: Schemas['DockReport']; decide: Decide; may: boolean }) {
  const t = useWords()
  const { goods, data } = sorted(report.plan.findings ?? [])
  const extras = report.plan.extras ?? []
  const tops = (report.plan.tops ?? []).filter((p) => p.document === undefined && (p.act !== 'receive' || p.text))
  const decision = useMutation({
    mutationFn: (d: { item: string; what: Parameters<Decide>[1] }) => decide(d.item, d.what),
  })
  const set = (item: string, what: Parameters<Decide>[1]) => decision.mutate({ item, what })
  return (
    <section className="stack tight" aria-label={t('receive.session.differs')}>
      <h2>
        {t('receive.session.differs')} <span className="quiet">{goods.length || ''}</span>
      </h2>
      {goods.length === 0 ? <p className="quiet">{t('receive.session.same')}</p> : null}
      {goods.map((f) => (
        <Finding key={`${f.rule} ${f.top} ${f.document}`} finding={f}>
          <Fold many={f.items?.length ?? 0}>
            <ul className="items">
              {f.items?.slice(0, itemsShown).map((it) => {
                const extra = extras.find((x) => x.path === it.path)
                return (
                  <li key={it.path}>
                    <Thing path={it.path} />
                    {it.lot ? <span className="quiet small"> {it.lot}</span> : null}
                    {it.claim ? <p className="quiet small">{it.claim}</p> : null}
                    {may && extra ? (
                      <span className="row">
                        <span className="quiet small">
                          {t(extra.act === 'back' ? 'receive.session.goesBack' : 'receive.session.kept')}
                        </span>
                        <button
                          type="button"
                          className="button bare small"
                          aria-label={`${t(extra.act === 'back' ? 'receive.session.keep' : 'receive.session.sendBack')}: ${nameOf(it.path)}`}
                          disabled={decision.isPending}
                          onClick={() => set(it.path, extra.act === 'back' ? 'hold' : 'back')}
                        >
                          {t(extra.act === 'back' ? 'receive.session.keep' : 'receive.session.sendBack')}
                        </button>
                      </span>
                    ) : null}
                    {may && (f.rule === 'dock/missing' || f.rule === 'dock/concealed-shortage') ? (
                      <button
                        type="button"
                        className="button bare small"
                        aria-label={`${t('receive.session.hereAll')}: ${nameOf(it.path)}`}
                        disabled={decision.isPending}
                        onClick={() => set(it.path, 'forgive')}
                      >
                        {t('receive.session.hereAll')}
                      </button>
                    ) : null}
                  </li>
                )
              })}
            </ul>
          </Fold>
        </Finding>
      ))}
      <AboutData findings={data} />
      {tops.map((p) => (
        <div key={p.path} className="card stack tight">
          <Thing path={p.path} />
          {p.text ? <p className="quiet small">{p.text}</p> : null}
          {may ? (
            <label className="field">
              <span>{t('receive.session.decide', { name: nameOf(p.path) })}</span>
              <select
                value={p.act}
                disabled={decision.isPending}
                onChange={(e) => set(p.path, e.target.value as (typeof acts)[number])}
              >
                {acts.map((a) => (
                  <option key={a} value={a}>
                    {t(`receive.session.acts.${a}`)}
                  </option>
                ))}
                {p.act === 'hold' ? <option value="hold">{t('receive.session.acts.hold')}</option> : null}
              </select>
            </label>
          ) : null}
        </div>
      ))}
      {decision.isError ? <Fault error={decision.error} /> : null}
    </section>
  )
}

/** AboutData is what the seller is asked to mend of its data, folded: the goods don't wait for it. */
export function AboutData({
  findings,
  children,
}: {
  findings: Schemas['DockFinding'][]
  children?: (f: Schemas['DockFinding']) => ReactNode
}) {
  const t = useWords()
  if (findings.length === 0) return null
  return (
    <details className="folds">
      <summary>{t('receive.session.aboutData', { count: findings.length })}</summary>
      <div className="stack tight">
        <p className="quiet small">{t('receive.session.aboutDataWhy')}</p>
        {findings.map((f) => (
          <Finding key={`${f.rule} ${f.top} ${f.document}`} finding={f}>
            {children?.(f)}
          </Finding>
        ))}
      </div>
    </details>
  )
}

/** Fold shows a long list only when it is asked for. */
function Fold({ many, children }: { many: number; children: ReactNode }) {
  const t = useWords()
  if (many <= foldedFrom) return children
  return (
    <details className="folds">
      <summary>{t('receive.session.showAll', { count: many })}</summary>
      {children}
    </details>
  )
}

/** Finding is one group of what differs. */
export function Finding({ finding: f, children }: { finding: Schemas['DockFinding']; children?: ReactNode }) {
  const { t, i18n } = useTranslation()
  const says = sayingOf(i18n.language, useFindings(), f.rule, f.text, f.next)
  return (
    <article className="card finding stack tight">
      <div className="row spread">
        <h3>
          {says.name || t(`receive.categories.${f.category}`, { defaultValue: f.category })}{' '}
          <span className="quiet">{f.count}</span>
        </h3>
        <span className="mark">{t(`receive.categories.${f.category}`, { defaultValue: f.category })}</span>
      </div>
      <Matter rule={f.rule} text={f.text} next={f.next} />
      {children}
    </article>
  )
}
