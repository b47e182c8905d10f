// What a chosen file can be, seen before any of it is sent.

export type Wrong = 'empty' | 'sheet' | 'other'
export type Guess = { kind: 'ndc-directory' | 'table' } | { wrong: Wrong }

const starts = (head: Uint8Array, text: string) => [...text].every((c, i) => head[i] === c.charCodeAt(0))

/** guessed tells by a file's name and first bytes whether it is the directory's archive or a table. */
export function guessed(name: string, head: Uint8Array): Guess {
  if (head.length === 0) return { wrong: 'empty' }
  if (/\.(xlsx?|ods|numbers)$/i.test(name)) return { wrong: 'sheet' }
  if (starts(head, 'PK\x03\x04')) return { kind: 'ndc-directory' }
  if (
    starts(head, '%PDF') ||
    starts(head, '\x1f\x8b') ||
    starts(head, '\x89PNG') ||
    starts(head, '<') ||
    starts(head, '{')
  )
    return { wrong: 'other' }
  return { kind: 'table' }
}
