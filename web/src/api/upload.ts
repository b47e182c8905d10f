// Files on their way to the node. fetch doesn't tell how much of a body is sent; an
// XMLHttpRequest does.
import { Away, actorHeaders, refused } from './client'

export type Sending = { progress?: (part: number) => void; signal?: AbortSignal }
export type Sent = { kind: string; name: string; header: (name: string) => string | null; content: Blob }

/** upload posts a file, or a form with files, and returns the answer as it came. */
export function upload(address: string, body: Blob | FormData, { progress, signal }: Sending = {}): Promise<Sent> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest()
    x.open('POST', address)
    x.responseType = 'blob'
    for (const [name, value] of Object.entries(actorHeaders())) x.setRequestHeader(name, value)
    if (body instanceof Blob) x.setRequestHeader('Content-Type', 'application/octet-stream')
    x.upload.onprogress = (e) => progress?.(e.total > 0 ? e.loaded / e.total : 0)
    x.upload.onload = () => progress?.(1)
    x.onerror = () => fail(new Away())
    x.onabort = () => fail(new DOMException('stopped', 'AbortError'))
    x.onload = async () => {
      const content = x.response as Blob
      if (x.status >= 200 && x.status < 300)
        return done({
          kind: x.getResponseHeader('Content-Type') ?? '',
          name: /filename="([^"]+)"/.exec(x.getResponseHeader('Content-Disposition') ?? '')?.[1] ?? '',
          header: (name) => x.getResponseHeader(name),
          content,
        })
      const text = await content.text()
      try {
        fail(refused(x.status, JSON.parse(text)))
      } catch {
        fail(refused(x.status, text))
      }
    }
    if (signal?.aborted) return fail(new DOMException('stopped', 'AbortError'))
    signal?.addEventListener('abort', () => x.abort())
    x.send(body)
  })
}

/** uploadFor is upload for a JSON answer. */
export async function uploadFor<T>(address: string, body: Blob | FormData, sending?: Sending): Promise<T> {
  return JSON.parse(await (await upload(address, body, sending)).content.text()) as T
}

/** addressWith is an address with its query; what is undefined or empty is left out. */
export function addressWith(path: string, query: Record<string, string | number | boolean | undefined>): string {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([k, v]) =>
      v === undefined || v === '' || v === false ? [] : [[k, String(v)] as [string, string]],
    ),
  ).toString()
  return text ? `${path}?${text}` : path
}
