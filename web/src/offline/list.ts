// The list that this device answers from without connection: packs in hand with the node's own answers, and recall notices.
import { Away, api, of, refused, type Schemas } from '../api/client'
import { read, write } from './stores'

export type Page = {
  cursor: string
  tag: string
  at: number
  until: number
  height: number
  body: Schemas['TraceShiftList']
}
export type About = { owner: string; me: Schemas['Me']; skew: number; whole: boolean; notices: number }
export type Found = {
  page: Page
  row: Schemas['TraceShiftRow']
  answer: Schemas['TraceShiftAnswer']
  product?: string
}

/** A list has so many pages at most, of 500 packs each: what isn't in it is CAN'T TELL. */
export const pagesMax = 40

/** ownerOf names whose list and acts they are. */
export const ownerOf = (me: Schemas['Me']) => `${me.org}/${me.id}`

/** List is what this device has. */
export class List {
  private readonly rows = new Map<string, Found>()
  private readonly named = new Map<string, Schemas['TraceNotice'][]>()
  readonly at: number
  readonly until: number

  constructor(
    readonly about: About,
    readonly pages: Page[],
    readonly notices: Schemas['TraceNotice'][],
  ) {
    this.at = Math.min(...pages.map((p) => p.at))
    this.until = Math.min(...pages.map((p) => p.until))
    for (const page of pages) {
      const names = new Map((page.body.products ?? []).map((p) => [p.gtin, p.name]))
      for (const row of page.body.rows ?? []) {
        const answer = page.body.answers?.[row.answer]
        if (answer) this.rows.set(row.path, { page, row, answer, product: names.get(row.path.slice(4, 18)) })
      }
    }
    for (const n of notices) this.named.set(n.gtin, [...(this.named.get(n.gtin) ?? []), n])
  }

  get goods() {
    return this.rows.size
  }

  find(path: string) {
    return this.rows.get(path)
  }

  noticesOf(gtin: string) {
    return this.named.get(gtin) ?? []
  }

  /** now is the node's time as far as this device knows it: a clock that was set back makes nothing younger. */
  now() {
    return Math.max(Date.now() + this.about.skew, ...this.pages.map((p) => p.at))
  }
}

/** load is the list on this device, if it is this person's; keptMe is who was signed in when it was made. */
export async function load(owner?: string): Promise<List | undefined> {
  const [about] = await read<About>('list', 'about')
  if (!about || (owner && about.owner !== owner)) return undefined
  const [pages, notices] = await Promise.all([
    read<Page>('list', 'pages'),
    read<Schemas['TraceNotice']>('list', 'notices'),
  ])
  return pages.length > 0 ? new List(about, pages, notices) : undefined
}

export async function keptMe(): Promise<Schemas['Me'] | undefined> {
  const [about] = await read<About>('list', 'about').catch(() => [])
  return about?.me
}

/** fetchList asks the node for the list; a page that is the same as before is not sent again. All of it is kept, or nothing. */
export async function fetchList(me: Schemas['Me'], before: List | undefined): Promise<List> {
  const had = new Map((before?.pages ?? []).map((p) => [p.cursor, p]))
  const pages: Page[] = []
  let cursor = ''
  let skew = 0
  do {
    const page = await fetchPage(cursor, had.get(cursor))
    skew = page.at - Date.now()
    pages.push(page)
    cursor = page.body.next
  } while (cursor && pages.length < pagesMax)
  const notices = await of(api.GET('/api/v1/recall-notices'))
  const about = { owner: ownerOf(me), me, skew, whole: cursor === '', notices: notices.length }
  await write('list', (table) => {
    for (const name of ['about', 'pages', 'notices'] as const) table(name).clear()
    table('about').put(about, 0)
    pages.forEach((p, i) => {
      table('pages').put(p, i)
    })
    notices.forEach((n, i) => {
      table('notices').put(n, i)
    })
  })
  return new List(about, pages, notices)
}

async function fetchPage(cursor: string, had: Page | undefined): Promise<Page> {
  let got: Awaited<ReturnType<typeof ask>>
  try {
    got = await ask(cursor, had?.tag)
  } catch {
    throw new Away()
  }
  const { response, data, error } = got
  const at = Date.parse(response.headers.get('List-At') ?? '')
  const until = Date.parse(response.headers.get('List-Until') ?? '')
  const tag = response.headers.get('ETag') ?? ''
  const height = Number(response.headers.get('Ledger-Height'))
  if (response.status === 304 && had) return { ...had, at, until, height }
  if (!response.ok || !data) throw refused(response.status, error)
  return { cursor, tag, at, until, height, body: data }
}

const ask = (cursor: string, tag: string | undefined) =>
  api.GET('/api/v1/shift', {
    params: { query: { cursor: cursor || undefined }, header: { 'If-None-Match': tag } },
    cache: 'no-store',
  })
