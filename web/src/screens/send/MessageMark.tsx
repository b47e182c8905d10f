import { Shape } from '../../parts/Shapes'
import type { Word } from '../../parts/word'
import { useWords } from '../../words'
import { isFailed, type Message } from './message'

/** MessageMark is the state of a message, with a shape. */
export function MessageMark({ is }: { is: Message }) {
  const t = useWords()
  const word: Word = is === 'delivered' ? 'ok' : isFailed(is) ? 'stop' : 'tell'
  return (
    <span className={`light ${word}`}>
      <Shape word={word} />
      {t(`send.messages.${is}`)}
    </span>
  )
}
