import { useQuery } from '@tanstack/react-query'
import { raw, type Schemas } from '../../api/client'
import { eventsAddress } from '../../parts/along'
import { Fault, Skeleton } from '../../parts/Fault'
import { Copy } from '../../parts/Unit'
import { Fields } from '../../parts/Value'
import { useWords } from '../../words'

type Event = { type?: string; bizStep?: string; eventTime?: string }
type Document = { epcisBody?: { eventList?: Event[] } }

/** Raw is the events as documents have them. */
export function Raw({ trace, id }: { trace: Schemas['TraceTrace']; id: string }) {
  const t = useWords()
  const q = useQuery({
    queryKey: ['events', id],
    queryFn: async () => (await raw('GET', eventsAddress(id))) as Document,
  })
  const events = q.data?.epcisBody?.eventList ?? []
  return (
    <>
      <p className="quiet">{t('trail.rawIntro')}</p>
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.data && events.length === 0 ? (
        <div className="empty">
          <p>{t('trail.rawNone')}</p>
        </div>
      ) : null}
      {events.map((e, i) => {
        const text = JSON.stringify(e, null, 2)
        const name = t('trail.rawEvent', { n: i + 1, step: (e.bizStep ?? e.type ?? '').split(/[:/]/).at(-1) })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer doesn't change while it is shown
          <section key={i} className="stack tight" aria-label={name}>
            <div className="row spread">
              <h2>
                {name} <span className="quiet code">{e.eventTime}</span>
              </h2>
              <Copy text={text} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <pre className="scroll raw" tabIndex={0}>
              {text}
            </pre>
          </section>
        )
      })}
      <details className="no-print">
        <summary>{t('trail.details')}</summary>
        <Fields of={trace as unknown as Record<string, unknown>} />
      </details>
    </>
  )
}
