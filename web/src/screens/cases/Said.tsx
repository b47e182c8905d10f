import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { raw } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { Fault, Skeleton } from '../../parts/Fault'
import { Told } from '../../parts/Told'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { AddPhoto, Shown } from './Photo'
import type { Detail } from './terms'

/** Said is what both sides said to each other, when, and whether it arrived. */
export function Said({ c }: { c: Detail }) {
  const t = useWords()
  const names = useNames()
  const partner = names.partner(c.partner, c.org) || t('cases.them')
  const list = c.messages ?? []
  return (
    <section className="stack tight" aria-labelledby="said">
      <h2 id="said">{t('cases.said')}</h2>
      <p className="quiet small">{list.length === 0 ? t('cases.saidNone') : t('cases.sees')}</p>
      <ol className="said">
        {list.map((m) => (
          <li key={m.uuid} className={m.out ? 'ours' : 'theirs'}>
            <div className="row spread">
              <span>
                <strong>{m.out ? t('cases.us') : partner}</strong> {t(`cases.${m.sort}`)}
              </span>
              <span className="quiet small">
                <When at={m.at} />
              </span>
            </div>
            <span className={`small ${m.state === 'dead' || m.state === 'by-hand' ? 'light tell' : 'quiet'}`}>
              {t(`cases.delivery.${m.state}`, { defaultValue: m.state })}
            </span>
            {m.note ? <p>{m.note}</p> : null}
            <Message id={c.id} uuid={m.uuid} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Message({ id, uuid }: { id: string; uuid: string }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const address = `/api/v1/cases/${encodeURIComponent(id)}/messages/${encodeURIComponent(uuid)}`
  const q = useQuery({ queryKey: ['message', uuid], queryFn: () => raw('GET', address), enabled: open })
  return (
    <details className="no-print" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary className="small">{t('cases.showMessage')}</summary>
      {open && q.isPending ? <Skeleton lines={2} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {q.data ? <pre tabIndex={0}>{JSON.stringify(q.data, null, 2)}</pre> : null}
    </details>
  )
}

// Kinds of evidence in which a person's own words stand, where the node gives no code.
const own = new Set(['word', 'photo'])

/** Evidence is what speaks for what a case says, in the order in which it came. */
export function Evidence({ c }: { c: Detail }) {
  const t = useWords()
  const me = useMe()
  const list = c.evidence ?? []
  const names = useNames()
  return (
    <section className="card stack tight" aria-labelledby="evidence">
      <h2 id="evidence">
        {t('cases.evidence')} <span className="quiet">{list.length}</span>
      </h2>
      {list.length === 0 ? <p className="quiet">{t('cases.evidenceNone')}</p> : null}
      <ol className="limits">
        {list.map((e) => (
          <li key={e.n}>
            <span className="small quiet">
              {e.n} · {t(`cases.kinds.${e.kind}`)} · <When at={e.at} />
              {e.by ? ` · ${names.person(e.by)}` : ''}
            </span>
            {e.kind === 'photo' ? <Shown id={c.id} e={e} /> : null}
            <span className="evidence">
              {e.says || !own.has(e.kind) ? <Told said={e.says} text={e.text} /> : e.text}
            </span>
          </li>
        ))}
      </ol>
      {me.may('settle-exceptions') ? <AddPhoto c={c} /> : null}
    </section>
  )
}
