import type { Schemas } from '../../api/client'
import { crowded, placeOf } from '../../parts/place'
import { langOfNode, useWords } from '../../words'
import { useFindings } from '../../words/findings'

/** Found is what the receiver's program will find in a document, each with its line and what to do. */
export function Found({ found }: { found: Schemas['Found'][] }) {
  const t = useWords()
  const says = useFindings()
  const crowds = crowded(found.map((f) => f.where))
  return (
    <>
      <h2>
        {t('send.checked')} <span className="quiet">{found.length || ''}</span>
      </h2>
      {found.length === 0 ? <p className="quiet">{t('send.clean')}</p> : null}
      {found.map((f) => (
        <article key={`${f.rule} ${f.where.line} ${f.subject}`} className="card finding stack tight">
          <div className="row spread">
            <h3>{f.where.line || f.where.event ? placeOf(t, f.where, crowds) : f.rule}</h3>
            <span className="mark">{t(`send.blocks.${f.fix.blocks}`, { defaultValue: f.severity })}</span>
          </div>
          {says(f.rule)?.text ? <p>{says(f.rule)?.text}</p> : null}
          <p lang={langOfNode()} className={says(f.rule)?.text ? 'quiet small' : ''}>
            {f.text}
          </p>
          {f.subject ? <p className="code">{f.subject}</p> : null}
          <p>
            <strong>{t('send.remedy')}:</strong>{' '}
            {says(f.rule, f.fix.do)?.mend || <span lang={langOfNode()}>{f.remedy || f.fix.do}</span>}
          </p>
        </article>
      ))}
    </>
  )
}
