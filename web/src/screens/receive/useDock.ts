import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, of, Refused, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { beep } from './beep'
import { type Change, useLive } from './live'
import { type Kept, newDevice, Queue, type What } from './queue'

export type Result = Schemas['DockResult']
export type Line = {
  key: string
  number?: number
  path: string
  beep: string
  rule?: string
  text?: string
  next?: string
  by?: string
  at: number
  own: boolean
  what: What
  raw: string
  undone?: boolean
  thing?: Schemas['DockThing']
  inside?: Schemas['DockThing']
}

const device = newDevice()
const linesMost = 200
const answerWaitMs = 10_000
const againMs = 3_000
const freshEveryMs = 400
const pollMs = 5_000
/** What a later try may take: the line, the sign-in, a node that is busy. All else is refused for good. */
const passing = new Set([401, 403, 408, 425, 429])

const remembered = (name: string): Line[] => {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '[]') as Line[]
  } catch {
    return []
  }
}

/** renew asks for a session anew: for its tree only while it is open, for one that has ended has none. */
export async function renew(client: QueryClient, id: number) {
  await client.invalidateQueries({ queryKey: ['dock', id], predicate: (q) => q.queryKey[2] !== 'tree' })
  const report = client.getQueryData<Schemas['DockReport']>(['dock', id, 'report'])
  if (report?.session.state === 'open') await client.invalidateQueries({ queryKey: ['dock', id, 'tree'] })
}

/** useDock is one receiving session: what it expects and found, and scans that are kept until the node took them. */
export function useDock(id: number) {
  const me = useMe()
  const client = useQueryClient()
  const live = useRef(false)
  const report = useQuery({
    queryKey: ['dock', id, 'report'],
    queryFn: () => of(api.GET('/api/v1/docks/{id}', { params: { path: { id } } })),
    refetchInterval: (q) => (q.state.data?.session.state === 'finishing' || !live.current ? pollMs : false),
  })
  const open = report.data?.session.state === 'open'
  const place = `${me.data?.org ?? ''}.${me.data?.id ?? ''}.${id}`
  const queue = useMemo(() => new Queue(localStorage, place, device), [place])
  const memory = `pedigree.dock-lines.${place}`
  const [lines, setLines] = useState<Line[]>(() => remembered(memory))
  const [waiting, setWaiting] = useState<Kept[]>(() => queue.list())
  const [refused, setRefused] = useState<{ kept: Kept; error: unknown }[]>([])
  const [fault, setFault] = useState<unknown>()
  const [counts, setCounts] = useState<Schemas['DockCounts']>()
  const busy = useRef(false)

  const note = useCallback(
    (line: Line) =>
      setLines((before) => {
        const next = [line, ...before.filter((l) => l.key !== line.key)].slice(0, linesMost)
        try {
          sessionStorage.setItem(memory, JSON.stringify(next.slice(0, 20)))
        } catch {
          // only the choice of what to undo is lost at a reload
        }
        return next
      }),
    [memory],
  )

  // Many scans follow each other: what a whole session looks like is asked for now and then.
  const due = useRef<ReturnType<typeof setTimeout>>(undefined)
  const fresh = useCallback(() => {
    if (due.current) return
    due.current = setTimeout(() => {
      due.current = undefined
      void renew(client, id)
    }, freshEveryMs)
  }, [client, id])
  useEffect(() => () => clearTimeout(due.current), [])

  const flush = useCallback(async () => {
    if (busy.current) return
    busy.current = true
    try {
      for (let one = queue.list()[0]; one; one = queue.list()[0]) {
        const kept = one
        try {
          const r = await of(
            api.POST('/api/v1/docks/{id}/scans', {
              params: { path: { id } },
              body: { raw: kept.raw, device: kept.device, seq: kept.seq, what: kept.what },
              signal: AbortSignal.timeout(answerWaitMs),
            }),
          )
          queue.done(kept)
          beep(r.beep)
          setCounts(r.counts)
          note(lineOf(kept, r))
        } catch (e) {
          if (!(e instanceof Refused) || e.status >= 500 || passing.has(e.status)) throw e
          queue.done(kept)
          beep('unread')
          setRefused((before) => [...before, { kept, error: e }])
        }
        setWaiting(queue.list())
      }
      setFault(undefined)
    } catch (e) {
      setFault(e)
    } finally {
      busy.current = false
      setWaiting(queue.list())
      fresh()
    }
  }, [queue, id, note, fresh])

  const scan = useCallback(
    (raw: string, what: What = 'seen') => {
      if (!queue.add(raw, what)) {
        setFault(new Error('too many'))
        return
      }
      setWaiting(queue.list())
      void flush()
    },
    [queue, flush],
  )

  useEffect(() => {
    if (me.data) void flush()
  }, [me.data, flush])
  useEffect(() => {
    if (waiting.length === 0 || !fault) return
    const later = setTimeout(() => void flush(), againMs)
    addEventListener('online', flush)
    return () => {
      clearTimeout(later)
      removeEventListener('online', flush)
    }
  }, [waiting, fault, flush])

  live.current = useLive(id, open, (c) => {
    if (c.counts.expected || c.counts.scans) setCounts(c.counts)
    if (c.what === 'scan' && c.device !== device) note(otherLine(c))
    if (c.what === 'undo') setLines((before) => before.map((l) => (l.number === c.number ? { ...l, undone: true } : l)))
    fresh()
  })

  const undo = useCallback(
    async (n: number) => {
      await of(api.DELETE('/api/v1/docks/{id}/scans/{n}', { params: { path: { id, n } } }))
      setLines((before) => before.map((l) => (l.number === n ? { ...l, undone: true } : l)))
      fresh()
    },
    [id, fresh],
  )
  const decide = useCallback(
    async (item: string, what: '' | 'receive' | 'reject' | 'leave' | 'forgive' | 'refuse' | 'hold' | 'back') => {
      await of(api.POST('/api/v1/docks/{id}/decisions', { params: { path: { id } }, body: { item, what } }))
      await renew(client, id)
    },
    [id, client],
  )
  // A scan is given up by a person alone, who knows why the node won't take it.
  const giveUp = (kept: Kept) => {
    queue.done(kept)
    setWaiting(queue.list())
  }
  const forget = (kept: Kept) => setRefused((before) => before.filter((r) => r.kept.key !== kept.key))
  return { report, open, lines, waiting, refused, fault, counts, scan, undo, decide, flush, forget, giveUp, fresh }
}

function lineOf(kept: Kept, r: Result): Line {
  return {
    key: `${kept.device} ${kept.seq}`,
    number: r.number,
    path: r.path ?? kept.raw,
    beep: r.beep,
    rule: r.rule,
    text: r.text,
    next: r.next,
    at: kept.at,
    own: true,
    what: kept.what,
    raw: kept.raw,
    thing: r.thing,
    inside: r.in,
  }
}

function otherLine(c: Change): Line {
  return {
    key: `scan ${c.number}`,
    number: c.number,
    path: c.path ?? '',
    beep: c.beep ?? 'ok',
    rule: c.rule,
    text: c.text,
    by: c.by,
    at: Date.parse(c.at),
    own: false,
    what: 'seen',
    raw: c.path ?? '',
  }
}
