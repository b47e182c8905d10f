import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useMemo } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { useColleagues } from '../../app/names'
import { DataTable } from '../../parts/DataTable'
import { Fault, Skeleton } from '../../parts/Fault'
import { SaveCsv } from '../../parts/SaveCsv'
import { Shape } from '../../parts/Shapes'
import { When, when } from '../../parts/When'
import { useWords } from '../../words'
import { usePeople } from './People'
import './words'
import '../../style/people.css'

type Line = Schemas['AuditLine']

const pageRows = 200
const dayMs = 24 * 3_600_000

// A day is the reader's own: from midnight to midnight in their zone.
function boundsOf(day: string | undefined): { since?: string; until?: string } {
  if (!day || !/^\d{4}-\d\d-\d\d$/.test(day)) return {}
  const from = new Date(`${day}T00:00:00`)
  if (Number.isNaN(from.getTime())) return {}
  return { since: from.toISOString(), until: new Date(from.getTime() + dayMs).toISOString() }
}

/** Audit is the organisation's audit trail, the newest lines first, and up to where the ledger vouches for it. */
export function Audit() {
  const t = useWords()
  const go = useNavigate()
  const { who, act, day } = useSearch({ strict: false }) as { who?: string; act?: string; day?: string }
  const names = useWho()
  const query = { who, act, ...boundsOf(day), limit: pageRows }
  const q = useInfiniteQuery({
    queryKey: ['audit', who, act, day],
    queryFn: ({ pageParam }) =>
      of(
        api.GET('/api/v1/audit/lines', {
          params: { query: { ...query, before: pageParam || undefined } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === pageRows ? last.at(-1)?.seq : undefined),
  })
  const head = useQuery({ queryKey: ['audithead'], queryFn: () => of(api.GET('/api/v1/audit/head')) })
  const rows = useMemo(() => q.data?.pages.flat() ?? [], [q.data])
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    void go({
      to: '/audit',
      search: Object.fromEntries([...form.entries()].map(([k, v]) => [k, String(v).trim()]).filter(([, v]) => v)),
    })
  }
  const anchored = head.data?.anchored ?? 0
  const known = (r: Line) => (
    <span className={r.seq <= anchored ? 'light ok small' : 'quiet small'}>
      {t(r.seq <= anchored ? 'people.trail.vouched' : 'people.trail.own')}
    </span>
  )
  return (
    <>
      <div className="row spread">
        <h1>{t('people.trail.title')}</h1>
        <SaveCsv file="audit.csv" columns={['seq', 'at', 'who', 'act', 'object', 'outcome', 'hash']} rows={rows} />
      </div>
      <p className="quiet">{t('people.trail.intro')}</p>
      {head.isError ? <Fault error={head.error} again={() => void head.refetch()} /> : null}
      {head.data ? (
        <p className={`anchor light ${head.data.lost ? 'stop' : anchored > 0 ? 'ok' : 'tell'}`} role="status">
          <Shape word={head.data.lost ? 'stop' : anchored > 0 ? 'ok' : 'tell'} />
          <span>
            {head.data.lost
              ? t('people.trail.lost')
              : anchored > 0
                ? t('people.trail.anchored', { line: anchored, when: when(head.data.at) })
                : t('people.trail.notYet')}{' '}
            <span className="quiet">{t('people.trail.lines', { count: head.data.lines })}</span>
          </span>
        </p>
      ) : null}
      <form className="row filters no-print" key={`${who} ${act} ${day}`} onSubmit={submit}>
        <div className="field">
          <label htmlFor="who">{t('people.trail.who')}</label>
          <select id="who" name="who" defaultValue={who ?? ''}>
            <option value="">{t('people.trail.anybody')}</option>
            {names.all.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            {who && !names.all.some(([id]) => id === who) ? <option value={who}>{who}</option> : null}
          </select>
        </div>
        <div className="field">
          <label htmlFor="act">{t('people.trail.act')}</label>
          <input id="act" name="act" defaultValue={act} maxLength={200} autoComplete="off" list="acts" />
          <datalist id="acts">
            {[...new Set(rows.map((r) => r.act))].sort().map((a) => (
              <option key={a} value={a} />
            ))}
          </datalist>
        </div>
        <div className="field">
          <label htmlFor="day">{t('people.trail.day')}</label>
          <input id="day" name="day" type="date" defaultValue={day} />
        </div>
        <button type="submit" className="button">
          {t('module.apply')}
        </button>
        <button type="button" className="button bare" onClick={() => void go({ to: '/audit', search: {} })}>
          {t('module.reset')}
        </button>
      </form>
      {q.isPending ? <Skeleton lines={8} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t('people.trail.empty')}</p>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label={t('people.trail.title')}
          rows={rows}
          keyOf={(r) => String(r.seq)}
          columns={[
            { name: 'seq', title: t('people.trail.line'), width: '4rem', cell: (r) => r.seq },
            { name: 'at', title: t('people.trail.at'), width: '12.5rem', cell: (r) => <When at={r.at} /> },
            { name: 'who', title: t('people.trail.who'), width: 'minmax(10rem, 1fr)', cell: (r) => names.of(r.who) },
            {
              name: 'act',
              title: `${t('people.trail.act')} · ${t('people.trail.to')}`,
              width: 'minmax(11rem, 1.6fr)',
              cell: (r) => <Act line={r} />,
            },
            {
              name: 'outcome',
              title: t('people.trail.outcome'),
              width: 'minmax(8rem, 0.7fr)',
              cell: (r) => <span title={r.outcome}>{r.outcome}</span>,
            },
            { name: 'anchor', title: t('known.title'), width: 'minmax(9.5rem, 0.8fr)', cell: known },
          ]}
          lines={2}
          card={{
            title: t('people.trail.title'),
            lines: 5,
            cell: (r) => (
              <span className="lines">
                <span>
                  {r.seq} · <When at={r.at} />
                </span>
                <span>{names.of(r.who)}</span>
                <Act line={r} />
                <span>
                  {r.outcome} {known(r)}
                </span>
              </span>
            ),
          }}
        />
      ) : null}
      {q.hasNextPage ? (
        <button
          type="button"
          className="button no-print"
          disabled={q.isFetchingNextPage}
          onClick={() => void q.fetchNextPage()}
        >
          {t('module.more')}
        </button>
      ) : null}
    </>
  )
}

/** Act is what was done, and to what. */
function Act({ line: r }: { line: Line }) {
  return (
    <span className="lines" title={`${r.act} ${r.object}`}>
      <span>{r.act}</span>
      <span className="code quiet">{r.object}</span>
    </span>
  )
}

/** useWho names those who stand in the trail, as far as the reader may know them. */
function useWho() {
  const t = useWords()
  const me = useMe()
  const people = usePeople()
  const colleagues = useColleagues()
  const known = new Map<string, string>([
    ['owner', t('people.owner')],
    ['node', t('people.trail.node')],
    ['?', t('people.trail.nobody')],
    ...(people.data ?? []).map((p) => [p.id, p.name] as [string, string]),
    ...(colleagues.data ?? []).map((p) => [p.id, p.name] as [string, string]),
  ])
  if (me.data?.kind === 'person') known.set(me.data.id, me.data.name)
  return { all: [...known.entries()], of: (id: string) => known.get(id) ?? id }
}
