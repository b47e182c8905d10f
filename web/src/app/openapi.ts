// Lists, details and acts of the node, read from its OpenAPI document, so that every
// domain can be seen and worked with before it has a screen of its own.
import { useQuery } from '@tanstack/react-query'
import { raw } from '../api/client'

export type Schema = {
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  $ref?: string
  maxLength?: number
  minimum?: number
  maximum?: number
  contentMediaType?: string
}
export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema: Schema }
export type Operation = {
  id: string
  method: string
  path: string
  summary: string
  description: string
  permission: string
  parameters: Parameter[]
  body?: Schema
  file: boolean
  files: string[] // parts of a form, each a file
  answer?: Schema
}
export type List = Operation & { rows: string; columns: string[]; page?: string; detail?: Operation; key: string }
export type Document = {
  paths: Record<string, Record<string, Record<string, unknown>>>
  components: { schemas: Record<string, Schema> }
}
export type Modules = { document: Document; lists: List[]; acts: Operation[]; byId: Map<string, Operation> }

/** kindOf is a schema's type without null. */
export function kindOf(s: Schema | undefined): string {
  const types = Array.isArray(s?.type) ? s.type : [s?.type ?? (s?.properties ? 'object' : '')]
  return types.find((t) => t !== 'null') ?? ''
}

/** resolve follows references into the document's parts. */
export function resolve(d: Document, s: Schema | undefined): Schema {
  for (let hops = 0; s?.$ref && hops < 8; hops++) s = d.components.schemas[s.$ref.split('/').at(-1) ?? '']
  return s ?? {}
}

const columnsMost = 8
// Names by which a page asks for the next one, and what a row has for it.
const pagers = ['before', 'after', 'cursor']
// Names that lead a row to its own page, the likeliest first.
const keys = ['id', 'number', 'n', 'name', 'path', 'gtin']

/** modulesOf reads the document. */
export function modulesOf(document: Document): Modules {
  const all: Operation[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, o] of Object.entries(methods)) all.push(operationOf(method, path, o))
  }
  const byId = new Map(all.map((o) => [o.id, o]))
  const gets = all.filter((o) => o.method === 'GET')
  const lists = gets.flatMap((o) => listOf(document, o, gets) ?? [])
  const acts = all.filter((o) => o.method !== 'GET')
  const byName = (a: Operation, b: Operation) => a.path.localeCompare(b.path)
  return { document, lists: lists.sort(byName), acts: acts.sort(byName), byId }
}

function operationOf(method: string, path: string, o: Record<string, unknown>): Operation {
  const content = (o.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined)?.content ?? {}
  const responses = (o.responses ?? {}) as Record<string, { content?: Record<string, { schema?: Schema }> }>
  const good = responses['200'] ?? responses['201'] ?? responses['202']
  return {
    id: String(o.operationId ?? `${method} ${path}`),
    method: method.toUpperCase(),
    path,
    summary: String(o.summary ?? path),
    description: String(o.description ?? ''),
    permission: String(o['x-permission'] ?? ''),
    parameters: ((o.parameters ?? []) as Parameter[]).filter((p) => p.in === 'query' || p.in === 'path'),
    body: content['application/json']?.schema,
    file: 'application/octet-stream' in content,
    files: Object.keys(content['multipart/form-data']?.schema?.properties ?? {}),
    answer: good?.content?.['application/json']?.schema,
  }
}

function listOf(d: Document, o: Operation, gets: Operation[]): List | undefined {
  if (o.path.includes('{') || o.parameters.some((p) => p.required)) return undefined
  let rows = ''
  let item = resolve(d, o.answer)
  if (kindOf(item) === 'object') {
    const found = Object.entries(item.properties ?? {}).find(
      ([, s]) => kindOf(s) === 'array' && kindOf(resolve(d, s.items)) === 'object',
    )
    if (!found) return undefined
    rows = found[0]
    item = found[1]
  }
  if (kindOf(item) !== 'array') return undefined
  const row = resolve(d, item.items)
  const names = Object.keys(row.properties ?? {})
  if (names.length === 0) return undefined
  const detail = gets.find((g) => g.path.startsWith(`${o.path}/{`) && !g.path.slice(o.path.length + 2).includes('/'))
  const plain = names.filter((n) => !['array', 'object'].includes(kindOf(resolve(d, row.properties?.[n]))))
  return {
    ...o,
    rows,
    columns: order(plain).slice(0, columnsMost),
    page: o.parameters.find((p) => pagers.includes(p.name))?.name,
    detail,
    key: keys.find((k) => names.includes(k)) ?? '',
  }
}

// What tells a row from others comes first, then what state it is in, then the rest as it is written.
function order(names: string[]): string[] {
  const first = [
    'number',
    'name',
    'title',
    'what',
    'path',
    'gtin',
    'product',
    'state',
    'word',
    'due',
    'partner',
    'created',
    'opened',
  ]
  const rank = (n: string) => (first.includes(n) ? first.indexOf(n) : n === 'id' ? 90 : 50)
  return [...names].sort((a, b) => rank(a) - rank(b))
}

/** addressOf is the address of an operation with its values in place. */
export function addressOf(o: Operation, values: Record<string, string>): string {
  let path = o.path
  const query = new URLSearchParams()
  for (const p of o.parameters) {
    const value = values[p.name] ?? ''
    if (p.in === 'path') path = path.replace(`{${p.name}}`, encodeURIComponent(value))
    else if (value !== '') query.set(p.name, value)
  }
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

/** useModules is the node's own description of what it can do. It is large, so it is asked for when a screen needs it. */
export function useModules() {
  return useQuery({
    queryKey: ['openapi'],
    queryFn: async () => modulesOf((await raw('GET', '/api/openapi.json')) as Document),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

// Names that the field writes in capital letters.
const acronyms = /\b(gtin|sscc|gln|ndc|po|id|url|ip|epc|epcis|gs1|duns|fei|asn|sha256|tls|csv|ti|ts)\b/g

/** words writes a name of the interface for people: block_time is Block time, gtin is GTIN. */
export function words(name: string): string {
  const text = name
    .replaceAll('_', ' ')
    .replaceAll('-', ' ')
    .replace(acronyms, (w) => w.toUpperCase())
  return text.charAt(0).toUpperCase() + text.slice(1)
}
