import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of } from '../../api/client'
import { useNames } from '../../app/names'
import { useNarrow } from '../../app/narrow'
import { Clock } from '../../parts/Clock'
import { Fault, Skeleton } from '../../parts/Fault'
import { SaveCsv } from '../../parts/SaveCsv'
import { useWords } from '../../words'
import { type Case, categories, stepKey, useMine, whatOf } from './terms'
import './words'
import '../../style/cases.css'

const views = ['all', 'mine', 'partner', 'overdue', 'closed'] as const
type View = (typeof views)[number]
const pageRows = 1000
const shownFirst = 100

// The late ones first, then by when they are due; what has no clock comes last.
const byClock = (a: Case, b: Case) => rank(a) - rank(b) || b.number - a.number
const rank = (c: Case) => (c.due.at.startsWith('0001') ? Number.MAX_SAFE_INTEGER : Date.parse(c.due.at))

/** Cases are the exception cases of the organisation: an inbox, each with an owner, a clock and a next step. */
export function Cases() {
  const { t, i18n } = useTranslation()
  const go = useNavigate()
  const mine = useMine()
  const search = useSearch({ strict: false }) as { show?: string; kind?: string; path?: string }
  const view = views.find((v) => v === search.show) ?? 'all'
  const kind = categories.find((c) => c === search.kind)
  const closed = view === 'closed'
  const q = useInfiniteQuery({
    queryKey: ['cases', closed, search.path],
    queryFn: ({ pageParam }) =>
      of(
        api.GET('/api/v1/cases', {
          params: { query: { all: closed, path: search.path, before: pageParam || undefined, limit: pageRows } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === pageRows ? last.at(-1)?.number : undefined),
    refetchInterval: 15_000,
  })
  const all = useMemo(() => q.data?.pages.flat() ?? [], [q.data])
  const inView = (v: View) => (c: Case) =>
    v === 'mine'
      ? mine(c)
      : v === 'partner'
        ? c.turn === 'theirs'
        : v === 'overdue'
          ? c.overdue
          : v === 'closed'
            ? c.closed !== undefined
            : true
  const seen = all.filter(inView(view))
  const rows = seen.filter((c) => !kind || c.category === kind)
  if (!closed) rows.sort(byClock)
  const to = (change: { show?: View; kind?: string }) =>
    void go({
      to: '/cases',
      search: {
        show: (change.show ?? view) === 'all' ? '' : (change.show ?? view),
        kind: ('kind' in change ? change.kind : kind) ?? '',
        path: search.path ?? '',
      },
    })
  const many = (n: number) => `${n.toLocaleString(i18n.language)}${q.hasNextPage ? '+' : ''}`
  return (
    <>
      <div className="row spread">
        <h1>{t('cases.title')}</h1>
        <SaveCsv
          file="cases.csv"
          columns={['number', 'id', 'category', 'scenario', 'what', 'state', 'owner', 'partner', 'org', 'due', 'step']}
          rows={rows.map((c) => ({ ...c, due: c.due.at }))}
        />
      </div>
      <p className="quiet">{t('cases.intro')}</p>
      <div className="stack tight no-print">
        <Choice
          label={t('cases.viewsLabel')}
          value={view}
          choices={views.map((v) => ({
            value: v,
            text: t(`cases.views.${v}`),
            count: q.data && v !== 'closed' && !closed ? many(all.filter(inView(v)).length) : '',
          }))}
          set={(v) => to({ show: v as View })}
        />
        <Choice
          label={t('cases.categoriesLabel')}
          value={kind ?? ''}
          choices={[
            { value: '', text: t('cases.anyCategory'), count: '' },
            ...categories.map((c) => ({
              value: c as string,
              text: t(`cases.categories.${c}`),
              count: q.data ? many(seen.filter((k) => k.category === c).length) : '',
            })),
          ]}
          set={(c) => to({ kind: c || undefined })}
        />
        {q.hasNextPage ? (
          <p className="quiet small">{t('cases.newest', { newest: all.length.toLocaleString(i18n.language) })}</p>
        ) : null}
      </div>
      {q.isPending ? <Skeleton lines={6} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && rows.length === 0 ? (
        <div className="empty">
          <p>{t(all.length === 0 && !closed ? 'cases.empty' : 'cases.emptyHere')}</p>
          {all.length === 0 ? (
            <p className="quiet">{t('cases.emptyHow')}</p>
          ) : (
            <button
              type="button"
              className="button"
              onClick={() => void go({ to: '/cases', search: { path: search.path ?? '' } })}
            >
              {t('cases.showAll')}
            </button>
          )}
        </div>
      ) : null}
      <Rows key={`${view} ${kind}`} rows={rows} />
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

type Chosen = { value: string; text: string; count: string }

/** Choice is a row of buttons with their counts; on a phone, where they would fill the screen, a list to open. */
function Choice({
  label,
  value,
  choices,
  set,
}: {
  label: string
  value: string
  choices: Chosen[]
  set: (value: string) => void
}) {
  if (useNarrow())
    return (
      <select aria-label={label} value={value} onChange={(e) => set(e.target.value)}>
        {choices.map((c) => (
          <option key={c.value} value={c.value}>
            {c.count ? `${c.text} (${c.count})` : c.text}
          </option>
        ))}
      </select>
    )
  return (
    <fieldset className="picks">
      <legend className="hidden">{label}</legend>
      {choices.map((c) => (
        <button
          key={c.value}
          type="button"
          className="button small"
          aria-pressed={c.value === value}
          onClick={() => set(c.value)}
        >
          {c.text}
          {c.count ? <span className="quiet">{c.count}</span> : null}
        </button>
      ))}
    </fieldset>
  )
}

function Rows({ rows }: { rows: Case[] }) {
  const t = useWords()
  const names = useNames()
  const [most, setMost] = useState(shownFirst)
  if (rows.length === 0) return null
  return (
    <>
      <ol className="cases" aria-label={t('cases.title')}>
        {rows.slice(0, most).map((c) => (
          <li key={c.id}>
            <div className="what">
              <Link to="/cases/$id" params={{ id: c.id }}>
                {whatOf(c)}
              </Link>
              <span className="quiet small">
                {c.number} · {t(`cases.categories.${c.category}`, { defaultValue: c.category })} ·{' '}
                {names.partner(c.partner, c.org) || t('cases.nobody')}
                {c.po ? ` · ${t('cases.order', { po: c.po })}` : ''} · {t('cases.things', { count: c.items })}
              </span>
            </div>
            <div className="next">
              <span>{t(stepKey(c))}</span>
              <span className="quiet small">
                {t('cases.owner')}: {names.person(c.owner)}
              </span>
            </div>
            <div className="due small">
              <Clock at={c.due.at} late={c.overdue ?? false} />
              <Length rule={c.due.rule} />
            </div>
          </li>
        ))}
      </ol>
      {rows.length > most ? (
        <button type="button" className="button no-print" onClick={() => setMost(most + shownFirst)}>
          {t('module.more')}
        </button>
      ) : null}
    </>
  )
}

/** lengthOf is how long a limit is. */
export const lengthOf = (t: (key: string, holes: { count: number }) => string, rule: Case['due']['rule']) =>
  rule.days ? t('cases.days', { count: rule.days }) : rule.hours ? t('cases.hours', { count: rule.hours }) : ''

/** Length is how long a limit is, and whether it is law. */
function Length({ rule }: { rule: Case['due']['rule'] }) {
  const t = useWords()
  if (!rule.name) return null
  return (
    <span className="quiet">
      {[
        lengthOf(t, rule),
        t(rule.custom ? 'cases.custom' : 'cases.law'),
        rule.unconfirmed ? t('cases.unconfirmed') : '',
      ]
        .filter(Boolean)
        .join(', ')}
    </span>
  )
}
