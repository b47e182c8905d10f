import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { recognise } from '../../app/recognise'
import { Export } from '../../parts/Export'
import { Fault, Skeleton } from '../../parts/Fault'
import { Rows } from '../../parts/Rows'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { EntryRows, MemberLink, useMembers } from './parts'
import './words'

const blocksShown = 8
const again = 10_000

/** Ledger is what the network's members share: entries, blocks, members and validators, and a field that finds any of them. */
export function Ledger() {
  const t = useWords()
  const { find } = useSearch({ strict: false }) as { find?: string }
  const entries = useInfiniteQuery({
    queryKey: ['entries'],
    queryFn: ({ pageParam }) =>
      of(api.GET('/api/v1/entries', { params: { query: { cursor: pageParam || undefined, limit: 20 } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: again,
  })
  const rows = entries.data?.pages.flatMap((p) => p.rows ?? []) ?? []
  return (
    <>
      <div className="row spread">
        <h1>{t('ledger.title')}</h1>
        <Export name="ledger" rows={rows} answer={rows} />
      </div>
      <p className="quiet">{t('ledger.intro')}</p>
      <Find now={find} />
      {find ? <Found text={find} /> : null}
      <section className="stack tight">
        <h2>{t('ledger.entries')}</h2>
        {entries.isError ? <Fault error={entries.error} again={() => void entries.refetch()} /> : null}
        {entries.isPending ? <Skeleton lines={5} /> : null}
        {entries.data && rows.length === 0 && !entries.hasNextPage ? (
          <div className="empty">
            <p>{t('ledger.none')}</p>
          </div>
        ) : null}
        {rows.length > 0 ? <EntryRows entries={rows} label={t('ledger.entries')} /> : null}
        {entries.hasNextPage ? (
          <div>
            <button
              type="button"
              className="button"
              disabled={entries.isFetchingNextPage}
              onClick={() => void entries.fetchNextPage()}
            >
              {t('ledger.older')}
            </button>
          </div>
        ) : null}
      </section>
      <Blocks />
      <Members />
      <Validators />
    </>
  )
}

/** Find tells by its form what a text is, and goes there. */
function Find({ now = '' }: { now?: string }) {
  const t = useWords()
  const go = useNavigate()
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const is = recognise(String(new FormData(e.currentTarget).get('find') ?? ''))
    if (is.kind === 'hash') void go({ to: '/ledger/entry/$id', params: { id: is.text.toLowerCase() } })
    else if (is.kind === 'height') void go({ to: '/ledger/block/$height', params: { height: is.text } })
    else if (is.kind === 'pack' || is.kind === 'container') void go({ to: '/journey', search: { id: is.text } })
    else void go({ to: '/ledger', search: is.kind === 'nothing' ? {} : { find: is.text } })
  }
  return (
    <form className="row no-print" onSubmit={submit} style={{ alignItems: 'end' }} key={now}>
      <div className="field" style={{ flex: '1 1 20rem', maxWidth: 640 }}>
        <label htmlFor="ledger-find">{t('ledger.findHint')}</label>
        <input id="ledger-find" name="find" defaultValue={now} autoComplete="off" spellCheck={false} maxLength={200} />
      </div>
      <button type="submit" className="button main">
        {t('ledger.findButton')}
      </button>
    </form>
  )
}

type Member = Schemas['OrgMember']

const matches = (m: Member, text: string) =>
  [
    m.id,
    m.name,
    ...(m.identifiers ?? []).map((i) => i.value),
    ...(m.licences ?? []).map((l) => l.number),
    ...(m.prefixes ?? []).map((p) => p.prefix),
  ].some((v) => v.toLowerCase().includes(text.toLowerCase()))

function Found({ text }: { text: string }) {
  const t = useWords()
  const members = useMembers()
  if (members.isError) return <Fault error={members.error} again={() => void members.refetch()} />
  if (!members.data) return <Skeleton lines={2} />
  const bare = text.replace(/^\(?414\)?/, '')
  const found = members.data.filter((m) => matches(m, bare))
  return (
    <section className="card stack tight" aria-live="polite">
      <h2>{t('ledger.found', { text })}</h2>
      {found.length === 0 ? <p>{t('ledger.noMember')}</p> : <MemberRows members={found} />}
      {found.length === 0 ? (
        <div>
          <Link className="button" to="/goods" search={{ find: text }}>
            {t('nav.goods')}
          </Link>
        </div>
      ) : null}
    </section>
  )
}

function Blocks() {
  const t = useWords()
  const q = useQuery({
    queryKey: ['blocks'],
    queryFn: () => of(api.GET('/api/v1/blocks', { params: { query: { limit: blocksShown } } })),
    refetchInterval: again,
  })
  return (
    <section className="stack tight">
      <h2>{t('ledger.blocks')}</h2>
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.isPending ? <Skeleton lines={4} /> : null}
      {q.data ? (
        <Rows
          wide
          label={t('ledger.blocks')}
          heads={[t('ledger.height'), t('ledger.time'), t('ledger.count'), t('ledger.proposer'), t('ledger.hash')]}
        >
          {q.data.map((b) => (
            <tr key={b.height}>
              <td>
                <Link to="/ledger/block/$height" params={{ height: String(b.height) }}>
                  {b.height}
                </Link>
              </td>
              <td>
                <When at={b.time} />
              </td>
              <td>{b.entries}</td>
              <td>
                <MemberLink id={b.proposer} />
              </td>
              <td className="code">{b.hash.slice(0, 16)}…</td>
            </tr>
          ))}
        </Rows>
      ) : null}
    </section>
  )
}

function Members() {
  const t = useWords()
  const members = useMembers()
  return (
    <section className="stack tight">
      <h2>{t('ledger.members')}</h2>
      {members.isError ? <Fault error={members.error} again={() => void members.refetch()} /> : null}
      {members.isPending ? <Skeleton lines={3} /> : null}
      {members.data ? <MemberRows members={members.data} /> : null}
    </section>
  )
}

function MemberRows({ members }: { members: Member[] }) {
  const t = useWords()
  return (
    <Rows
      wide
      label={t('ledger.members')}
      heads={[t('ledger.member'), t('ledger.roles'), t('ledger.standing'), t('ledger.licences')]}
    >
      {members.map((m) => (
        <tr key={m.id}>
          <td>
            <MemberLink id={m.id} /> <span className="quiet code">{m.id}</span>
          </td>
          <td>{m.roles}</td>
          <td>{m.standing}</td>
          <td>{(m.licences ?? []).map((l) => `${l.number} (${l.place})`).join(', ')}</td>
        </tr>
      ))}
    </Rows>
  )
}

function Validators() {
  const t = useWords()
  const q = useQuery({ queryKey: ['validator-list'], queryFn: () => of(api.GET('/api/v1/validators')) })
  return (
    <section className="stack tight">
      <h2>{t('ledger.validators')}</h2>
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data ? (
        <Rows
          wide
          label={t('ledger.validators')}
          heads={[t('ledger.member'), t('ledger.power'), t('ledger.since'), t('ledger.key')]}
        >
          {q.data.map((v) => (
            <tr key={v.key}>
              <td>
                <MemberLink id={v.member} />
              </td>
              <td>{v.power}</td>
              <td>{v.since}</td>
              <td className="code">{v.key.slice(0, 18)}…</td>
            </tr>
          ))}
        </Rows>
      ) : null}
    </section>
  )
}
