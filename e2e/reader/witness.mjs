// Cosigned checkpoints, policies, and what an object shows of the log.
import { Refused, concat, equal, refuseIf, utf8 } from './bytes.mjs'
import { readResult } from './entry.mjs'
import { decodeParts, sha256, signedRaw } from './hash.mjs'
import { consistent, leafHash, rangeRoot } from './tree.mjs'

const mark = Buffer.from('— ').toString('latin1')

// base64 is decoded in its one form only.
function base64(text) {
  const b = Buffer.from(text, 'base64')
  if (b.toString('base64') !== text) throw new Error('not base64')
  return new Uint8Array(b)
}

// readKey reads NAME+ID+KEY. Names are held as their bytes, as everything in a note.
export function readKey(text) {
  const [, name, id, raw] = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/s.exec(text) ?? []
  const b = base64(raw ?? '=')
  if (b.length !== 33 || b[0] !== 4) throw new Error('not a key for cosigning')
  const want = sha256(utf8(`${name}\n`), b).subarray(0, 4)
  if (Buffer.from(want).toString('hex') !== id) throw new Error("not the key's id")
  return { name, latin: Buffer.from(name).toString('latin1'), id: want, key: concat(1, b.subarray(1)) }
}

// readPolicy reads witness, group and quorum lines.
export function readPolicy(text) {
  const names = new Map()
  const policy = { witnesses: [], quorum: null, names }
  const add = (name, rule) => {
    if (names.has(name) || name === 'none') throw new Error(`${name} is taken`)
    names.set(name, rule)
  }
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*/s, '').trim().split(/\s+/)
    if (words[0] === '') continue
    if (words[0] === 'witness' && (words.length === 3 || words.length === 4)) {
      const key = readKey(words[2])
      if (policy.witnesses.some((w) => w.name === key.name || equal(w.key, key.key))) throw new Error('one witness twice')
      policy.witnesses.push(key)
      add(words[1], { witness: key.name })
    } else if (words[0] === 'group' && words.length > 3) {
      const members = words.slice(3)
      const need = { any: 1, all: members.length }[words[2]] ?? Number(words[2])
      if (!Number.isInteger(need) || need < 1 || need > members.length || new Set(members).size !== members.length || !members.every((m) => names.has(m))) {
        throw new Error('an impossible group')
      }
      add(words[1], { need, members })
    } else if (words[0] === 'quorum' && words.length === 2 && names.has(words[1]) && policy.quorum === null) {
      policy.quorum = words[1]
    } else {
      throw new Error(`not a line of a policy: ${line}`)
    }
  }
  if (policy.quorum === null) throw new Error('no quorum')
  return policy
}

function satisfied(policy, name, signed) {
  const rule = policy.names.get(name)
  if (rule.witness !== undefined) return signed.has(rule.witness)
  return rule.members.filter((m) => satisfied(policy, m, signed)).length >= rule.need
}

// splitNote reads a checkpoint and its lines of signatures; every byte is a character.
export function splitNote(note) {
  if (note.length > 16384) throw new Error('more than 16 KiB')
  const text = Buffer.from(note).toString('latin1')
  const cut = text.indexOf('\n\n')
  if (cut < 0) throw new Error('no signatures')
  const body = text.slice(0, cut + 1)
  const [, chain, size, root] = /^pedigree\/([^\n]{1,50})\n(0|[1-9][0-9]{0,19})\n([^\n]*)\n$/.exec(body) ?? []
  if (chain === undefined || BigInt(size) >= 2n ** 64n) throw new Error('not a checkpoint')
  const hash = base64(root)
  if (hash.length !== 32) throw new Error('not a root')
  const lines = text.slice(cut + 2).split('\n')
  if (lines.pop() !== '' || lines.length > 64) throw new Error('signatures that are cut off, or too many')
  return { body, chain, events: BigInt(size), root: hash, lines }
}

// openNote gives the witnesses of a policy that cosigned, with their times.
export function openNote(point, witnesses) {
  const list = []
  for (const line of point.lines) {
    const rest = line.startsWith(mark) ? line.slice(mark.length) : ''
    const space = rest.indexOf(' ')
    if (space < 0) throw new Error('a damaged line')
    const raw = base64(rest.slice(space + 1))
    if (raw.length < 4) throw new Error('a damaged line')
    const w = witnesses.find((x) => x.latin === rest.slice(0, space) && equal(x.id, raw.subarray(0, 4)))
    if (!w) continue
    const at = raw.length === 76 ? Buffer.from(raw).readBigUInt64BE(4) : 2n ** 64n
    const signed = concat(utf8(`cosignature/v1\ntime ${at}\n`), new Uint8Array(Buffer.from(point.body, 'latin1')))
    if (at > 253402300799n || !signedRaw(w.key, signed, concat(1, raw.subarray(12)))) throw new Error(`the cosignature of ${w.name} is wrong`)
    if (list.some((x) => x.name === w.name)) throw new Error(`${w.name} twice`)
    list.push({ name: w.name, at })
  }
  return list
}

// leads checks the path from what an object shows of the log to a checkpoint.
function leads(o, point, path) {
  if (o.tag === 'pedigree/receipt/1') {
    const { firstEvent, events } = readResult(o.data)
    if (o.code !== 0 || events.length === 0) throw new Error('the entry made no events')
    return equal(rangeRoot(events.map(leafHash), BigInt(firstEvent), point.events, path), point.root)
  }
  if (o.tag === 'pedigree/event-proof/1') return equal(rangeRoot([leafHash(o.event)], BigInt(o.number), point.events, path), point.root)
  const { eventCount, eventRoot } = decodeParts(o.parts ?? o.newParts)
  return consistent(eventCount, point.events, eventRoot, point.root, path)
}

// verifyWitnesses judges a checkpoint beside an object that holds. seconds is the time
// of the object's header.
export function verifyWitnesses(w, inner, report, seconds, chain, policy) {
  try {
    const point = splitNote(w.note)
    if (point.chain !== Buffer.from(chain).toString('latin1')) throw new Error('a checkpoint of another ledger')
    if (!leads(inner, point, w.path)) throw new Error('the path leads elsewhere')
    if (!policy) return report.notShown('witnesses', { optional: true })
    const list = openNote(point, policy.witnesses)
    for (const { name, at } of list) refuseIf(BigInt(seconds) - at > 600n, 'witnesses', `${name} cosigned before the header was there`)
    if (satisfied(policy, policy.quorum, new Set(list.map((x) => x.name)))) report.ok('witnesses')
    else report.notShown('witnesses')
  } catch (err) {
    throw err instanceof Refused ? err : new Refused('witnesses', err.message)
  }
}
