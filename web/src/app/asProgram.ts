// The request that a form sends, as a program would send it.
import { addressOf, type Operation } from './openapi'

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** asProgram writes an act as a command of a POSIX shell with curl, to be copied. The token stands in the variable PEDIGREE_TOKEN; it is never written out. Files are named as they would stand beside it. */
export function asProgram(
  origin: string,
  act: Operation,
  values: Record<string, string>,
  body: unknown,
  files: Record<string, string>,
): string {
  const parts = ['curl', '--fail-with-body', '--request', act.method, quote(origin + addressOf(act, values))]
  parts.push('--header', '"Authorization: Bearer $PEDIGREE_TOKEN"')
  if (act.file) {
    parts.push('--header', quote('Content-Type: application/octet-stream'))
    parts.push('--data-binary', quote(`@${files.file ?? 'FILE'}`))
  } else if (act.files.length > 0) {
    for (const name of act.files) parts.push('--form', quote(`${name}=@${files[name] ?? 'FILE'}`))
  } else if (act.body) {
    parts.push('--header', quote('Content-Type: application/json'), '--data', quote(JSON.stringify(body ?? {})))
  }
  return parts.join(' ')
}
