// Receipts and proofs, and the way into every object.
import { equal, Refused, refuseIf } from './bytes.mjs'
import { decode, encode } from './cbor.mjs'
import { attestationShape, attested, partsShape, reached, rootsOf } from './attestation.mjs'
import { headerHash } from './header.mjs'
import { bundleParts, verifyBundle } from './bundle.mjs'
import { readEnvelope, readEvent, readResult, resultLeaf } from './entry.mjs'
import { signedRaw } from './hash.mjs'
import { bytes, list, orNull, struct, text, uint } from './shape.mjs'
import { absent, present, readPath, stateKeys } from './state.mjs'
import { branchRoot, consistent, hashes, inclusionRoot, leafHash } from './tree.mjs'
import { verifyWitnesses } from './witness.mjs'
import { heldKey, keyAt, member, readValue } from './values.mjs'

const path = { read: readPath }
const stateValue = struct({ value: bytes(65536), path })
const hashList = (max) => ({ read: (item) => hashes(bytes(32 * max).read(item)) })
const branch = struct({ directions: uint(), siblings: hashList(63) })

const side = struct({ parts: orNull(partsShape), header: attestationShape })
const validatorRow = struct({ member: text(32), power: uint(), height: uint() })

// kinds names the fields of each object, the part each belongs to, and its check.
const kinds = {
  'pedigree/receipt/1': {
    fields: [
      ['envelope', 'entry', bytes(65536)], ['code', 'result', uint(2 ** 32 - 1)], ['data', 'result', bytes(1 << 20)], ['path', 'result', branch],
      ['parts', 'header', orNull(partsShape)], ['members', 'admission', list(stateValue, 64)], ['header', 'header', attestationShape],
      ['later', 'header', orNull(attestationShape)],
    ],
    verify: verifyReceipt,
  },
  'pedigree/state-proof/1': {
    fields: [
      ['key', 'value', bytes(256)], ['value', 'value', orNull(bytes(65536))], ['path', 'value', path], ['parts', 'header', partsShape],
      ['header', 'header', attestationShape],
    ],
    verify: verifyState,
  },
  'pedigree/event-proof/1': {
    fields: [
      ['event', 'event', bytes(16384)], ['number', 'event', uint()], ['path', 'event', hashList(63)], ['parts', 'header', partsShape],
      ['header', 'header', attestationShape],
    ],
    verify: verifyEvent,
  },
  'pedigree/consistency/1': {
    fields: [
      ['oldParts', 'header', partsShape], ['oldHeader', 'header', attestationShape], ['newParts', 'header', partsShape], ['newHeader', 'header', attestationShape],
      ['path', 'history', hashList(126)],
    ],
    verify: verifyConsistency,
  },
  'pedigree/bundle/1': { fields: bundleParts, verify: verifyBundle },
  'pedigree/witnessed/1': {
    fields: [['object', 'format', bytes(2 << 20)], ['note', 'witnesses', bytes(16384)], ['path', 'witnesses', hashList(126)]],
    verify: verifyWitnessed,
  },
  'pedigree/fork/1': {
    fields: [['first', 'header', side], ['second', 'header', side], ['members', 'fork', list(bytes(2 << 20), 128)]],
    verify: verifyFork,
  },
}

// open reads an object: its tag, its fields, each of the right shape.
export function open(b) {
  let items
  try {
    if (b.length > 2 << 20) throw new Error('more than 2 MiB')
    items = decode(b)
  } catch (err) {
    throw new Refused('format', err.message)
  }
  const kind = Array.isArray(items) && typeof items[0] === 'string' ? kinds[items[0]] : undefined
  refuseIf(!kind || items.length !== kind.fields.length + 1, 'format', 'not an object with a tag that is known')
  const out = { tag: items[0] }
  kind.fields.forEach(([name, part, shape], i) => {
    try {
      out[name] = shape.read(items[i + 1])
    } catch (err) {
      throw err instanceof Refused ? err : new Refused(part, `${name}: ${err.message}`)
    }
  })
  if (!equal(encode(items), b)) throw new Refused('format', 'another encoding')
  return out
}

// Report collects the verdicts of steps.
export class Report {
  constructor() {
    this.steps = []
    this.alerts = []
    this.partly = false
  }

  ok(part) {
    this.steps.push(`${part}: ok`)
  }

  notShown(part, { optional = false } = {}) {
    this.steps.push(`${part}: not shown`)
    this.partly ||= !optional
  }

  get outcome() {
    return this.alerts.length ? 'alert' : this.partly ? 'partly' : 'proved'
  }
}

// verify opens an object and checks it; nonce is what a holder was asked, or null, and
// policy says which witnesses must vouch, or null.
export function verify(b, trust, nonce = null, policy = null) {
  const object = open(b)
  const report = new Report()
  kinds[object.tag].verify(object, trust, report, nonce, policy)
  if (object.tag !== 'pedigree/witnessed/1' && object.tag !== 'pedigree/fork/1') report.notShown('witnesses', { optional: policy === null })
  return report
}

function verifyWitnessed(o, trust, report, nonce, policy) {
  const inner = open(o.object)
  refuseIf(inner.tag === 'pedigree/witnessed/1' || inner.tag === 'pedigree/fork/1', 'format', `no checkpoint belongs beside ${inner.tag}`)
  kinds[inner.tag].verify(inner, trust, report, nonce)
  verifyWitnesses(o, inner, report, report.seconds, trust.chain, policy)
}

function verifyFork(o, trust, report) {
  const [a, b] = [o.first, o.second].map((s) => {
    const h = headed(s.header, trust, report)
    if (s.parts !== null) rootsOf(s.parts, h)
    return h
  })
  const hashes = [o.first, o.second].map((s) => headerHash(s.header.signed.fields))
  refuseIf(a.height !== b.height || equal(...hashes), 'fork', 'two heights, or one header')
  for (const raw of o.members) {
    try {
      const p = open(raw)
      if (p.tag !== 'pedigree/state-proof/1' || p.key.length !== 34 || p.key[0] !== 0x13) throw new Error("not a validator's row")
      verifyState(p, trust, new Report())
      if (p.value !== null) readValue(validatorRow, p.value)
    } catch (err) {
      throw new Refused('fork', err.message)
    }
  }
  report.ok('fork')
  report.alerts.push('the validators signed two histories')
}

function headed(attestation, trust, report) {
  const h = attested(attestation, trust)
  report.height = Number(h.height - 1n)
  report.seconds = h.seconds
  report.ok('header')
  return h
}

function verifyReceipt(o, trust, report) {
  const h = headed(o.header, trust, report)
  let env
  try {
    env = readEnvelope(o.envelope)
  } catch (err) {
    throw new Refused('entry', err.message)
  }
  refuseIf(env.chain !== h.chain, 'entry', `it is for chain ${env.chain}`)
  report.ok('entry')
  const first = env.admission.length
  env.signers.forEach((key, i) => refuseIf(!signedRaw(key, env.id, env.signatures[first + i]), 'signers', `signature ${i} is wrong`))
  report.ok('signers')
  admission(o, env, h, trust, report)
  let root, result
  try {
    root = branchRoot(resultLeaf(o.code, o.data), o.path.directions, o.path.siblings)
    result = readResult(o.data)
  } catch (err) {
    throw new Refused('result', err.message)
  }
  refuseIf(!equal(root, h.lastResults), 'result', 'another results hash')
  refuseIf(!equal(result.entry, env.id), 'result', "another entry's result")
  report.ok('result')
}

function admission(o, env, h, trust, report) {
  refuseIf((o.parts === null) !== (o.members.length === 0), 'admission', 'roots without members, or members without roots')
  refuseIf(o.later !== null && o.parts === null, 'header', 'a later header without the roots that it carries')
  if (o.parts === null) return report.notShown('admission')
  const orgs = [...new Set(env.admission.map((a) => a.org))]
  refuseIf(orgs.length !== o.members.length, 'admission', 'another number of members')
  const { stateRoot } = rootsOf(o.parts, o.later === null ? h : attested(o.later, reached(o.header, h, trust)))
  const members = new Map(orgs.map((org, i) => [org, readMember(o.members[i], stateRoot, org, 'admission')]))
  let doubt = false
  env.admission.forEach((a, i) => {
    const held = heldKey(members.get(a.org), a.keyID, h.height - 1n)
    refuseIf(!held || !signedRaw(held.key, env.id, env.signatures[i]), 'admission', `${a.org} did not sign with key ${a.keyID}`)
    doubt ||= keyAt(members.get(a.org), a.keyID, h.height - 1n) === undefined
  })
  if (doubt) return report.notShown('admission')
  report.ok('admission')
}

// readMember checks that the state holds this value for an organisation.
export function readMember(value, stateRoot, org, part) {
  refuseIf(!present(stateRoot, stateKeys.member(org), value.value, value.path), part, `not the state of ${org}`)
  try {
    return readValue(member, value.value)
  } catch (err) {
    throw new Refused(part, err.message)
  }
}

function verifyState(o, trust, report) {
  const { stateRoot } = rootsOf(o.parts, headed(o.header, trust, report))
  const holds = o.value === null ? absent(stateRoot, o.key, o.path) : present(stateRoot, o.key, o.value, o.path)
  refuseIf(!holds, 'value', 'the path leads elsewhere')
  report.ok('value')
}

function verifyEvent(o, trust, report) {
  const { eventRoot, eventCount } = rootsOf(o.parts, headed(o.header, trust, report))
  try {
    refuseIf(!equal(inclusionRoot(leafHash(o.event), o.number, eventCount, o.path), eventRoot), 'event', 'the path leads elsewhere')
    readEvent(o.event)
  } catch (err) {
    throw err instanceof Refused ? err : new Refused('event', err.message)
  }
  report.ok('event')
}

function verifyConsistency(o, trust, report) {
  const oldHeader = headed(o.oldHeader, trust, report)
  const newHeader = headed(o.newHeader, trust, report)
  const from = rootsOf(o.oldParts, oldHeader)
  const to = rootsOf(o.newParts, newHeader)
  refuseIf(oldHeader.height > newHeader.height, 'history', 'the earlier header comes second')
  refuseIf(!consistent(from.eventCount, to.eventCount, from.eventRoot, to.eventRoot, o.path), 'history', 'one tree does not begin with the other')
  report.ok('history')
}

