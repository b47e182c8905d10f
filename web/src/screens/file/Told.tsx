import { Shape } from '../../parts/Shapes'
import { useWords } from '../../words'

/** Told is the answer about a file, in a word, a sentence and what to do next. */
export function Told({ word, says, more }: { word: 'ok' | 'stop' | 'tell'; says: string; more?: string }) {
  const t = useWords()
  return (
    <div className={`verdict ${word}`} role="status">
      <p className="word">
        <Shape word={word} />
        {t(`verdict.${word}`)}
      </p>
      <p className="says">{says}</p>
      {more ? <p className="next">{more}</p> : null}
    </div>
  )
}
