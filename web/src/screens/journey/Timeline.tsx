import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { Schemas } from '../../api/client'
import { useNames } from '../../app/names'
import { KnowChip } from '../../parts/Known'
import { Dot } from '../../parts/Shapes'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { useTold } from '../../words/told'
import { type Gap, gapsOf } from './gaps'

type Step = Schemas['TraceTraceStep']

/** Timeline is each step with how it is known, and each gap as a gap. */
export function Timeline({ steps }: { steps: Step[] }) {
  const t = useWords()
  if (steps.length === 0)
    return (
      <div className="empty">
        <p>{t('trail.none')}</p>
      </div>
    )
  const gaps = gapsOf(steps)
  const before = (n: number) => gaps.filter((g) => g.before === n).map((g) => <GapRow key={g.why} gap={g} />)
  return (
    <>
      <ol className="steps">
        {steps.map((s, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no number of their own and don't move
          <Fragment key={i}>
            {before(i)}
            <StepRow step={s} />
          </Fragment>
        ))}
        {before(steps.length)}
      </ol>
      {gaps.length === 0 ? <p className="quiet">{t('trail.whole')}</p> : null}
    </>
  )
}

function GapRow({ gap }: { gap: Gap }) {
  const t = useWords()
  const names = useNames()
  return (
    <li className="gap">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M10 1 19 10 10 19 1 10z" fill="none" stroke="var(--tell)" strokeWidth="2" strokeDasharray="3 2" />
      </svg>
      <p>{t(`trail.gap.${gap.why}`, { from: names.partner(0, gap.from), to: names.partner(0, gap.to) })}</p>
    </li>
  )
}

// said is what was done; what it was done to stands in a link below.
const said = (s: Step) => (s.text || s.kind || '').replace(s.in ? `, in ${s.in}` : '', '')

function StepRow({ step: s }: { step: Step }) {
  const t = useWords()
  const told = useTold()
  const names = useNames()
  const name = names.partner(0, s.who)
  // The node's sentence ends with the id of who did it, where the address book has a name.
  const by = s.who && said(s).endsWith(` by ${s.who}`)
  const text = by ? `${said(s).slice(0, -(s.who ?? '').length)}${name}` : said(s)
  const partner = s.says?.values?.partner
  const done = told(
    s.says && { ...s.says, values: { ...s.says.values, ...(partner ? { partner: names.partner(0, partner) } : {}) } },
    text,
  )
  return (
    <li>
      <Dot known={s.known} />
      <div className="stack tight">
        <div className="row spread">
          <strong>
            <span lang={done.lang}>{done.text}</span>
            {name && !by && !done.text.includes(name) ? ` · ${name}` : ''}
          </strong>
          <KnowChip basis={{ known: s.known, height: s.height ?? 0, evidence: s.entry ?? '' }} />
        </div>
        <p className="quiet small">
          <When at={s.time} />
          {s.where || s.place ? ` · ${s.place || s.where}` : ''}
          {s.in ? (
            <>
              {` · ${t('trail.in')} `}
              <Link to="/journey" search={{ id: s.in }} className="code">
                {s.in}
              </Link>
            </>
          ) : null}
          {s.document
            ? ` · ${t('journey.step.document')} ${s.document}${s.line ? `, ${t('journey.step.line', { line: s.line })}` : ''}`
            : ''}
        </p>
      </div>
    </li>
  )
}
