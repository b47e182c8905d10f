import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { rule, useWords } from '../words'
import { KnowChip } from './Known'
import { Shape } from './Shapes'
import { readable } from './When'
import { type Word, wordOf } from './word'

/** Light is a verdict in a list. */
export function Light({ word }: { word: Word }) {
  const t = useWords()
  return (
    <span className={`light ${word}`}>
      <Shape word={word} />
      {t(`verdict.${word}`)}
    </span>
  )
}

/** Verdict is one word, one shape, one sentence and what to do now; below it what was checked. */
export function Verdict({
  answer,
  says = rule(answer.rule, answer.text, answer.next),
  children,
}: {
  answer: Schemas['Answer']
  /** what is said of it here, where that is more to the point than the node's own sentence */
  says?: { text: string; next: string }
  children?: ReactNode
}) {
  const t = useWords()
  const word = wordOf(answer.word)
  return (
    <section className="stack" aria-label={t(`verdict.${word}`)}>
      <div className={`verdict ${word}`}>
        <p className="word">
          <Shape word={word} />
          {t(`verdict.${word}`)}
        </p>
        <p className="says">{readable(says.text)}</p>
        {says.next ? (
          <p className="next">
            <strong>{t('verdict.next')}:</strong> {says.next}
          </p>
        ) : null}
        {children}
      </div>
      <Facts title={t('verdict.checked')} facts={answer.facts ?? []} />
      <Facts title={t('verdict.worth')} facts={answer.notices ?? []} />
      {answer.height ? <p className="quiet small">{t('verdict.height', { height: answer.height })}</p> : null}
    </section>
  )
}

function Facts({ title, facts }: { title: string; facts: Schemas['Fact'][] }) {
  const t = useWords()
  if (facts.length === 0) return null
  return (
    <div className="stack tight">
      <h2>{title}</h2>
      <ul className="facts-list">
        {facts.map((f) => (
          <li key={`${f.rule} ${f.path} ${f.text}`}>
            <span className={`light ${wordOf(f.word)}`}>
              <Shape word={wordOf(f.word)} />
            </span>
            <span>
              <span className="hidden">{t(`verdict.${wordOf(f.word)}`)}: </span>
              {readable(rule(f.rule, f.text, f.next ?? '').text)}
              {f.case ? (
                <span className="quiet">
                  {' · '}
                  <Link to="/cases/$id" params={{ id: f.case }}>
                    {t('verdict.case', { id: f.case })}
                  </Link>
                </span>
              ) : null}
            </span>
            <KnowChip basis={f.basis} rule={f.rule} />
          </li>
        ))}
      </ul>
    </div>
  )
}
