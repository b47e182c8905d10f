import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { rule, type Says, useWords } from '../words'
import { plain } from '../words/plain'
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
  says?: Says
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
        <p className="says" lang={says.lang}>
          {readable(says.text)}
        </p>
        {says.next ? (
          <p className="next">
            <strong>{t('verdict.next')}:</strong> <span lang={says.lang}>{says.next}</span>
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

/** OfRule is what a rule says; in another language than the node's its own words stand below, for they have the values. */
export function OfRule({ rule: name, text }: { rule: string; text: string }) {
  const says = rule(name, text, '')
  if (says.lang || says.text === plain(text)) return <span lang={says.lang}>{readable(says.text)}</span>
  return (
    <>
      {says.text}
      <br />
      <span className="quiet small" lang="en">
        {readable(plain(text))}
      </span>
    </>
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
              <OfRule rule={f.rule} text={f.text} />
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
