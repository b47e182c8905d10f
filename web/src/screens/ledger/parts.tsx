import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, of, type Schemas } from '../../api/client'
import { Rows } from '../../parts/Rows'
import { When } from '../../parts/When'
import { useWords } from '../../words'

export type Entry = Schemas['LedgerEntry']

/** useMembers is the members by their ids. */
export function useMembers() {
  const q = useQuery({ queryKey: ['members'], queryFn: () => of(api.GET('/api/v1/organisations')), staleTime: 30_000 })
  const name = (id: string) => q.data?.find((m) => m.id === id)?.name ?? id
  return { ...q, name }
}

/** ActName says what an act is, in words where there are some. */
export function ActName({ act }: { act: string }) {
  const t = useWords()
  const name = t(`ledger.acts.${act}`, { defaultValue: '' })
  return name ? (
    <>
      {name} <span className="quiet code">{act}</span>
    </>
  ) : (
    <span className="code">{act}</span>
  )
}

/** MemberLink leads to a member's page. */
export function MemberLink({ id }: { id: string }) {
  const members = useMembers()
  return (
    <Link to="/all/$list/$id" params={{ list: 'list-organisations', id }}>
      {members.name(id)}
    </Link>
  )
}

/** Ended is how an entry ended. */
export function Ended({ entry }: { entry: Pick<Entry, 'accepted' | 'code'> }) {
  const t = useWords()
  return entry.accepted ? (
    <span>{t('ledger.accepted')}</span>
  ) : (
    <span>
      <strong>{t('ledger.refused')}</strong> <span className="code quiet">{entry.code}</span>
    </span>
  )
}

/** EntryRows is a table of entries. */
export function EntryRows({ entries, label }: { entries: Entry[]; label: string }) {
  const t = useWords()
  return (
    <Rows
      wide
      label={label}
      heads={[
        t('ledger.kind'),
        t('ledger.by'),
        t('ledger.height'),
        t('ledger.time'),
        t('ledger.result'),
        t('ledger.entry'),
      ]}
    >
      {entries.map((e) => (
        <tr key={`${e.height} ${e.index}`}>
          <td>
            {(e.acts ?? []).map((act, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one entry may do the same twice
              <div key={i}>
                <ActName act={act} />
              </div>
            ))}
          </td>
          <td>
            {(e.by ?? []).length === 0 ? <span className="quiet">{t('ledger.unknownSender')}</span> : null}
            {(e.by ?? []).map((id) => (
              <div key={id}>
                <MemberLink id={id} />
              </div>
            ))}
          </td>
          <td>
            <Link to="/ledger/block/$height" params={{ height: String(e.height) }}>
              {e.height}
            </Link>
          </td>
          <td>
            <When at={e.time} />
          </td>
          <td>
            <Ended entry={e} />
          </td>
          <td>
            {e.id ? (
              <Link to="/ledger/entry/$id" params={{ id: e.id }} className="code">
                {e.id.slice(0, 12)}…
              </Link>
            ) : null}
          </td>
        </tr>
      ))}
    </Rows>
  )
}
