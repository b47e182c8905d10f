// Founding files: the fingerprint that founders compare, and the first state.
import { fromHex, hex, utf8, zeroHash } from './bytes.mjs'
import { encode } from './cbor.mjs'
import { encodeParts, setRoot, sha256, signedRaw, tagged } from './hash.mjs'
import { stateKeyOf } from './rows.mjs'
import { stateRoot } from './state.mjs'
import { leafHash, rootOf } from './tree.mjs'

// compact is JSON without white space between its parts; five characters stand
// escaped in strings, all others as they were.
export function compact(text) {
  JSON.parse(text)
  const pieces = text.match(/"(?:[^"\\]|\\.)*"|[^"\s]+/g) ?? []
  return pieces.join('').replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// members gives the members of a compact object as they are written.
function members(object) {
  const out = []
  let depth = 0
  let from = 1
  for (const { 0: piece, index } of object.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if ('{['.includes(piece)) depth++
    if ('}]'.includes(piece)) depth--
    const ends = (depth === 1 && piece === ',') || depth === 0
    if (!ends) continue
    const [, name, value] = /^"([^"]*)":(.*)$/s.exec(object.slice(from, index)) ?? []
    if (name !== undefined) out.push([name, value])
    from = index + 1
  }
  return out
}

const known = ['chain_id', 'time', 'profile', 'limits', 'validators', 'modules']

// normal is the text whose tagged hash is the fingerprint: the members of the file
// in one order, and each module's part as it was written.
function normal(text) {
  const raw = new Map(members(compact(text)))
  if (raw.size !== known.length || known.some((name) => !raw.has(name))) throw new Error('not the members of a founding file')
  const { limits, validators } = JSON.parse(text)
  const rebuilt = {
    limits: JSON.stringify({ entries_per_day: limits.entries_per_day, writes_per_day: limits.writes_per_day }),
    validators: JSON.stringify(validators.map(({ org, key }) => ({ org, key }))),
    modules: `{${members(raw.get('modules')).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => `"${name}":${part}`).join()}}`,
  }
  return `{${known.map((name) => `"${name}":${rebuilt[name] ?? raw.get(name)}`).join()}}`
}

export const foundingFingerprint = (text) => tagged('pedigree/founding/1', utf8(normal(text)))

const roleNames = ['manufacturer', 'repackager', 'wholesaler', 'logistics', 'dispenser', 'provider', 'payer', 'regulator', 'board', 'auditor']
const roleBits = (text) => text.split(',').reduce((bits, name) => bits | (1 << roleNames.indexOf(name.trim())), 0)
const kinds = { gln: 1, npi: 2, dea: 3 }
const dayOf = (date) => Date.parse(`${date}T00:00:00Z`) / 86_400_000
const orNone = (list) => list ?? []

// firstState gives rows and events that a founding file lays down, as height 0.
export function firstState(text) {
  const file = JSON.parse(text)
  const { quorum, members: founders } = file.modules.org
  const rows = []
  const events = []
  const put = (map, of, value) => rows.push([stateKeyOf[map](of), encode(value)])
  const emit = (name, data) => events.push(encode([0, 0, zeroHash, 'org', name, data]))
  const share = [quorum.numerator, quorum.denominator]
  put('ledger/params', { name: 'limits' }, [file.limits.entries_per_day, file.limits.writes_per_day])
  put('org/council', { name: 'council' }, [founders.length, founders.length, 0, share])
  emit('quorum-set', [share])
  for (const m of founders) lay(m, put, emit)
  if (file.modules.network) layNetwork(file.chain_id, file.modules.network, put, (name, data) => events.push(encode([0, 0, zeroHash, 'network', name, data])))
  rows.sort(([a], [b]) => Buffer.compare(a, b))
  return { rows, events }
}

function lay(m, put, emit) {
  const key = fromHex(m.key)
  const ids = orNone(m.identifiers).map((i) => [kinds[i.kind], i.value])
  const terms = orNone(m.licences).map((l) => [roleBits(l.role), l.place, l.number, dayOf(l.from), dayOf(l.to)])
  const prefixes = orNone(m.prefixes)
  const roles = roleBits(m.roles)
  put('org/member', { org: m.id }, [
    m.name, 1, roles, 1, [...ids].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)), [[1, key, 1, 0, 0]],
    prefixes.map((p) => [p, 1, 0, '']), terms.map((t) => [...t, 0, 0, '']),
  ])
  put('org/key', { key: m.key }, m.id)
  for (const [kind, value] of ids) put('org/identifier', { kind, value }, m.id)
  for (const prefix of prefixes) put('org/prefix', { prefix }, [m.id, []])
  emit('admitted', [m.id, m.name, roles, key, ids, prefixes, terms])
  if (!m.validator) return
  put('org/validator', { key: m.validator }, [m.id, m.power || 1, 0])
  emit('validator-set', [m.id, fromHex(m.validator), m.power || 1])
}

// layNetwork lays down documents, nodes and mailboxes.
function layNetwork(chain, { documents, peers, mailboxes }, put, emit) {
  for (const d of orNone(documents)) {
    put('network/document', { name: d.name }, [fromHex(d.sha256), d.size, d.title, 0])
    emit('document-adopted', [d.name, fromHex(d.sha256), d.size, d.title])
  }
  const nodes = new Map()
  for (const p of orNone(peers)) {
    const key = fromHex(p.key)
    const signature = new Uint8Array(Buffer.from(p.signature, 'base64'))
    if (p.node_id !== hex(sha256(key.subarray(1))).slice(0, 40)) throw new Error(`${p.node_id} is not the id of its key`)
    if (!signedRaw(key, tagged('pedigree/node/1', encode([chain, p.member, key])), signature)) throw new Error(`node ${p.node_id} is not signed`)
    put('network/node', { node: p.node_id }, p.member)
    emit('peer-published', [p.member, p.node_id, p.addr])
    nodes.set(p.member, [...(nodes.get(p.member) ?? []), [p.node_id, p.addr, 0]])
  }
  for (const [org, list] of nodes) put('network/peers', { org }, [list])
  for (const m of orNone(mailboxes)) {
    const seal = new Uint8Array(Buffer.from(m.seal, 'base64'))
    put('network/mailbox', { org: m.member }, [m.host, m.addr, fromHex(m.tls), [[1, seal, 1, 0]], 1])
    emit('mailbox-published', [m.member, m.host, m.addr, fromHex(m.tls), seal])
  }
}

// firstHash is the application hash of the first state.
export function firstHash({ rows, events }) {
  return sha256(encodeParts({
    eventCount: events.length, eventRoot: rootOf(events.map(leafHash)),
    stateRoot: stateRoot(rows.map(([key, value]) => [sha256(key), sha256(value)])), setRoot: setRoot([]),
  }))
}
