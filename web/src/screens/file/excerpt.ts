// Excerpts of a file's lines, read in the page: the file isn't sent once more for them.

/** Wanted is a place that a finding names: a line, and what stands there or soon after it. */
export type Wanted = { line: number; subject?: string }
/** Excerpt is some lines of a file, each with its number. */
export type Excerpt = { line: number; text: string }[]

const linesShown = 3 // from the line on that is named
const linesSearched = 500 // behind it, for what a finding is about
const textShown = 240 // characters of one line
const lineKept = 1 << 20 // characters of one line that are looked at
const bytesRead = 256 << 20 // of the file; what lies further on has no excerpt

const keyOf = (w: Wanted) => `${w.line} ${w.subject ?? ''}`

/** placeOf is where a value stands in a text by itself, not as a part of a longer one; -1 for nowhere. */
export function placeOf(text: string, value: string | undefined): number {
  if (!value) return -1
  const part = /[\p{L}\p{N}.]/u
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
    if (!part.test(text[at - 1] ?? '') && !part.test(text[at + value.length] ?? '')) return at
  return -1
}

/** cut shows a part of a line around what it is about. */
export function cut(text: string, subject?: string): string {
  if (text.length <= textShown) return text
  const at = Math.max(0, placeOf(text, subject) - 60)
  return `${at > 0 ? '…' : ''}${text.slice(at, at + textShown)}${at + textShown < text.length ? '…' : ''}`
}

/** dedent takes away what all lines are indented by. */
export function dedent(lines: Excerpt): Excerpt {
  const by = Math.min(...lines.map((l) => l.text.search(/\S|$/)))
  return lines.map((l) => ({ line: l.line, text: l.text.slice(by) }))
}

class Reader {
  private at = 0
  private waiting: Wanted[]
  private active: { want: Wanted; lines: Excerpt; found: boolean }[] = []
  readonly done = new Map<string, Excerpt>()

  constructor(wanted: Wanted[]) {
    this.waiting = [...wanted].sort((a, b) => a.line - b.line)
  }

  get ended() {
    return this.waiting.length === 0 && this.active.length === 0
  }

  line(text: string) {
    this.at++
    while (this.waiting[0] && this.waiting[0].line <= this.at) {
      const want = this.waiting.shift() as Wanted
      const lines: Excerpt = []
      this.done.set(keyOf(want), lines)
      this.active.push({ want, lines, found: !want.subject })
    }
    for (const a of this.active) {
      const here = !a.found && placeOf(text, a.want.subject) >= 0
      if (here || this.at < a.want.line + linesShown) a.lines.push({ line: this.at, text: cut(text, a.want.subject) })
      a.found = a.found || here
    }
    this.active = this.active.filter((a) =>
      a.found ? this.at < a.want.line + linesShown - 1 : this.at < a.want.line + linesSearched,
    )
  }
}

/** excerpts reads the lines that are wanted; excerptOf finds one of them. */
export async function excerpts(file: Blob, wanted: Wanted[], signal?: AbortSignal): Promise<Map<string, Excerpt>> {
  const reader = new Reader(wanted.filter((w) => w.line > 0))
  const stream = file.slice(0, bytesRead).stream().getReader()
  const decoder = new TextDecoder()
  let rest = ''
  while (!reader.ended) {
    if (signal?.aborted) break
    const { value, done } = await stream.read()
    const lines = (rest + decoder.decode(value, { stream: !done })).split('\n')
    rest = (lines.pop() ?? '').slice(0, lineKept)
    for (const l of lines) reader.line(l)
    if (done) {
      reader.line(rest)
      break
    }
  }
  await stream.cancel()
  return reader.done
}

export const excerptOf = (found: Map<string, Excerpt> | undefined, w: Wanted) => dedent(found?.get(keyOf(w)) ?? [])
