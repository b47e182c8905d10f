// The node's HTTP interface, with the types that its OpenAPI document states.
import createClient from 'openapi-fetch'
import { plain } from '../words/plain'
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']
export const api = createClient<paths>({ baseUrl: '/' })

// For whom this page was opened. Another tab may sign somebody else in: the node then refuses what comes from here, so
// that nothing is done in the name of the wrong person.
let actor = ''
export const actorHeaders = (): Record<string, string> => (actor ? { 'Pedigree-Actor': actor } : {})
api.use({
  onRequest({ request, schemaPath }) {
    if (actor && schemaPath !== '/api/v1/me') request.headers.set('Pedigree-Actor', actor)
  },
})

/** Refused is an answer other than a success (problem+json, RFC 9457). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly items: { path?: string; text?: string }[] = [],
    /** what the node says to do next, where the detail doesn't */
    readonly hint = '',
    /** after how many seconds it may be asked again; 0: nothing is said of it */
    readonly again = 0,
  ) {
    super(detail)
    this.name = 'Refused'
  }
}

/** Away says that no answer came: the node is down or the line is cut. Nothing is known of what was asked. */
export class Away extends Error {
  constructor() {
    super('away')
    this.name = 'Away'
  }
}

type Answered<T> = { data?: T; error?: unknown; response: Response }

/** of is what an answer holds, or throws Refused or Away. */
export async function of<T>(asked: Promise<Answered<T>>): Promise<NonNullable<T>> {
  let got: Answered<T>
  try {
    got = await asked
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new Away()
  }
  if (got.response.ok) return (got.data ?? []) as NonNullable<T> // lists are null in the types and never in answers
  throw refused(got.response.status, got.error, got.response.headers)
}

export function refused(status: number, body: unknown, headers?: Headers): Refused {
  const p = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: string
    detail?: string
    title?: string
    hint?: string
    errors?: { location?: string; message?: string }[]
  }
  const items = (p.errors ?? []).map((e) => ({ path: e.location, text: plain(e.message ?? '') }))
  return new Refused(
    status,
    p.code ?? '',
    plain(p.detail ?? '') || (p.title ?? (typeof body === 'string' && body ? plain(body) : `HTTP ${status}`)),
    items,
    plain(p.hint ?? ''),
    Number.parseInt(headers?.get('Retry-After') ?? '', 10) || 0,
  )
}

/** raw asks for an address that isn't known beforehand, as the screens made from the OpenAPI document do. A file is sent as it is. */
export async function raw(method: string, address: string, body?: unknown): Promise<unknown> {
  let res: Response
  try {
    const file = body instanceof Blob
    const form = body instanceof FormData
    res = await fetch(address, {
      method,
      headers: {
        ...actorHeaders(),
        ...(body === undefined || form
          ? {}
          : { 'Content-Type': file ? 'application/octet-stream' : 'application/json' }),
      },
      body: body === undefined || file || form ? body : JSON.stringify(body),
    })
  } catch {
    throw new Away()
  }
  const text = await res.text()
  let value: unknown = text
  try {
    value = text === '' ? null : JSON.parse(text)
  } catch {
    // a file or a page: shown as text
  }
  if (!res.ok) throw refused(res.status, value, res.headers)
  return value
}

let signedIn = false

/** known notes who is signed in, for from now on a page may hold what they typed. Somebody else is refused: their page is another. */
export function known(me: Schemas['Me']) {
  const who = `${me.org}/${me.id}`
  if (actor !== '' && actor !== who) throw new Refused(401, 'auth/other-person', me.name)
  signedIn = true
  actor = who
}

/** ended is the name of the event that a session which was there is over. */
export const ended = 'pedigree:ended'

/** signedOut is called when the node knows nobody by this browser's session: a page on which nothing can have been
 * typed goes to the page of signing in, every other one asks the person to sign in beside it. */
export function signedOut() {
  if (signedIn) dispatchEvent(new Event(ended))
  else signIn()
}

/** bytesOf is a file of the node, such as a proof. */
export async function bytesOf(address: string): Promise<Uint8Array> {
  let res: Response
  try {
    res = await fetch(address, { headers: actorHeaders() })
    if (res.ok) return new Uint8Array(await res.arrayBuffer())
  } catch {
    throw new Away()
  }
  let value: unknown
  try {
    value = await res.json()
  } catch {
    // no problem as the node writes one: the status tells
  }
  throw refused(res.status, value, res.headers)
}

/** signIn takes the person to the page of signing in, and back here afterwards. */
export function signIn() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
}
