// What a file is by its first bytes, so that a file of another kind is told at once and
// plainly, and isn't sent.
const largest = 1 << 30

export type Wrong =
  | 'zip'
  | 'archive'
  | 'office'
  | 'gzip'
  | 'pdf'
  | 'picture'
  | 'x12'
  | 'page'
  | 'wide'
  | 'empty'
  | 'other'
  | 'large'

const marks: [string, Wrong][] = [
  ['PK', 'zip'],
  ['\x1f\x8b', 'gzip'],
  ['7z\xbc\xaf', 'archive'],
  ['Rar!', 'archive'],
  ['\xfd7zXZ', 'archive'],
  ['BZh', 'archive'],
  ['%PDF', 'pdf'],
  ['\x89PNG', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['GIF8', 'picture'],
  ['\xff\xfe', 'wide'],
  ['\xfe\xff', 'wide'],
  ['ISA*', 'x12'],
]

/** What the node unpacks, where one file is looked at. */
export const packedKinds: Wrong[] = ['zip', 'gzip']

/** What stands first in a spreadsheet or a text document, which is a ZIP archive too. */
const office = /^(\[Content_Types\]\.xml|_rels\/|docProps\/|mimetypeapplication\/)/
const nameAt = 30 // where the name of what is packed first begins

/** wrongKind says what a file is that can't be EPCIS; nothing when it may be. */
export async function wrongKind(file: Blob): Promise<Wrong | undefined> {
  if (file.size === 0) return 'empty'
  if (file.size > largest) return 'large'
  const bytes = new Uint8Array(await file.slice(0, 512).arrayBuffer())
  const text = String.fromCharCode(...bytes)
  if (text.startsWith('PK') && office.test(text.slice(nameAt))) return 'office'
  for (const [mark, kind] of marks) if (text.startsWith(mark)) return kind
  const body = text.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (/^<(!doctype\s+html|html)/i.test(body)) return 'page'
  return body === '' || body.startsWith('<') || body.startsWith('{') ? undefined : 'other'
}
