// Provenance bundles.
import { equal, Refused, refuseIf, zeroHash } from './bytes.mjs'
import { attestationShape, attested, partsShape, rootsOf } from './attestation.mjs'
import { checkedDigits, climbSlot, identity, leafOf, nodeOf } from './custody.mjs'
import { presenceMessage, signedRaw, statementCommitment, tagged } from './hash.mjs'
import { bytes, hash, hashOrNone, list, orNull, signature, struct, text, uint } from './shape.mjs'
import { absent, present, readPath, sparse, stateKeys } from './state.mjs'
import { classes, keyAt, licensedOn, makerRoles, member, originState, ownsPrefix, readAttrs, readValue, record, statement, states } from './values.mjs'

const path = { read: readPath }
const stateValue = struct({ value: bytes(65536), path })
const container = {
  read: (item) => {
    const c = struct({ leaf: hash, pos: uint(4095), count: uint(12), bitmap: bytes(2), shown: bytes(12 * 32) }).read(item)
    if (c.count < 1) throw new Error('a container without slots')
    return { leaf: c.leaf, pos: c.pos, siblings: sparse(c.count, c.bitmap, c.shown, 12) }
  },
}
const unit = {
  read: (item) => {
    const u = struct({ id: text(255), attrs: bytes(128), salt: hash, depth: uint(12), root: hashOrNone }).read(item)
    if ((u.depth === 0) !== (u.root === null)) throw new Error('a depth without a root, or a root without a depth')
    return u
  },
}
// maker names its own parts: the member in it is the step maker's.
const maker = {
  read: (item) => {
    const { body, signature: sig, salt, member: m } = struct({ body: bytes(1024), signature, salt: hash, member: { read: (x) => x } }).read(item)
    try {
      return { body, signature: sig, salt, member: stateValue.read(m) }
    } catch (err) {
      throw new Refused('maker', err.message)
    }
  },
}

// bundleParts are the fields after the tag, each with its part.
export const bundleParts = [
  ['unit', 'unit', unit], ['levels', 'path', list(container, 6)], ['record', 'record', stateValue], ['parents', 'place', list(stateValue, 6)],
  ['origin', 'origin', hash], ['counts', 'origin', stateValue], ['maker', 'statement', orNull(maker)], ['absent', 'place', list(path, 6)],
  ['parts', 'header', partsShape], ['header', 'header', attestationShape],
  ['presence', 'presence', orNull(struct({ nonce: bytes(64, 16), signature }))],
]

// under runs a step and puts what goes wrong down to its part.
function under(part, step) {
  try {
    return step()
  } catch (err) {
    throw err instanceof Refused ? err : new Refused(part, err.message)
  }
}

// verifyBundle checks a bundle step by step and notes each in the report.
export function verifyBundle(b, trust, report, nonce) {
  const h = attested(b.header, trust)
  report.height = Number(h.height - 1n)
  report.ok('header')
  const known = { b, chain: h.chain, nonce, root: rootsOf(b.parts, h).stateRoot, leaf: leafOf(b.unit.salt, b.unit.id, b.unit.attrs) }
  const steps = { origin, unit: unitStep, record: recordStep, path: pathStep, statement: statementStep, maker: makerStep, licence, prefix, place, presence }
  for (const [part, step] of Object.entries(steps)) under(part, () => step(known, report))
}

// valueAt checks that the state holds a value under a key, and reads it.
function valueAt(known, key, { value, path: p }, shape, part) {
  refuseIf(!present(known.root, key, value, p), part, 'the state holds another value')
  return readValue(shape, value)
}

function origin(known, report) {
  const { b } = known
  known.state = valueAt(known, stateKeys.origin(b.origin), b.counts, originState, 'origin')
  refuseIf(!Object.values(classes).includes(known.state.class), 'origin', `class ${known.state.class}`)
  if (known.state.recall !== 0) report.alerts.push(`recall ${known.state.recall}`)
  report.ok('origin')
}

function isDate(s) {
  const m = /^([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(s)
  if (!m) return false
  const year = Number(m[1]) < 69 ? 2000 + Number(m[1]) : 1900 + Number(m[1])
  const day = new Date(Date.UTC(year, Number(m[2]) - 1, Number(m[3])))
  return day.getUTCMonth() === Number(m[2]) - 1 && day.getUTCDate() === Number(m[3])
}

function unitStep(known, report) {
  const { b } = known
  known.id = identity(b.unit.id)
  known.attrs = readAttrs(b.unit.attrs)
  const { kind, lot, expiry } = known.attrs
  const item = kind === 1 || kind === 2
  refuseIf(kind === 0, 'unit', 'no kind')
  refuseIf((item && !known.id.gtin) || (kind === 3 && !known.id.sscc), 'unit', 'an identifier of another kind')
  refuseIf(kind === 1 && b.unit.depth > 0, 'unit', 'a unit with something in it')
  refuseIf(item && (lot === '' || !isDate(expiry)), 'unit', 'no lot or no expiry date')
  report.ok('unit')
}

const alertFlags = { 1: 'held', 2: 'suspect', 4: 'illegitimate', 8: 'stolen', 16: 'frozen' }

function recordAt(known, value, at, report, part) {
  const r = valueAt(known, stateKeys.record(at.origin, at.leaf), value, record, part)
  if (r.state === states.ended) report.alerts.push('ended')
  for (const [flag, name] of Object.entries(alertFlags)) if (r.flags & flag) report.alerts.push(name)
  return r
}

function recordStep(known, report) {
  const { b } = known
  const leaf = b.levels.length ? b.levels.at(-1).leaf : known.leaf
  known.record = recordAt(known, b.record, { origin: b.origin, leaf }, report, 'record')
  report.ok('record')
}

function pathStep(known, report) {
  const { unit: u, levels } = known.b
  let inner = { leaf: known.leaf, depth: u.depth, root: u.root ?? zeroHash }
  for (const c of levels) inner = { leaf: c.leaf, depth: c.siblings.length, root: climbSlot(nodeOf(inner.leaf, inner.depth, inner.root), c.pos, c.siblings) }
  const r = known.record
  refuseIf(inner.depth !== r.depth || !equal(inner.root, r.root ?? zeroHash), 'path', 'it leads to another container')
  report.ok('path')
}

function statementStep(known, report) {
  const { b, state, id, attrs } = known
  if (b.maker === null) return report.notShown('statement')
  const s = readValue(statement, b.maker.body)
  const opened = statementCommitment(b.maker.salt, b.maker.body, b.maker.signature)
  refuseIf(state.stmt === null || !equal(opened, state.stmt), 'statement', 'it opens another commitment')
  refuseIf(s.chain !== known.chain || !equal(s.origin, b.origin), 'statement', 'it is about another origin')
  const named = s.items.some((i) => i.gtin === id.gtin && i.lot === attrs.lot && i.expiry === attrs.expiry)
  refuseIf(id.gtin && !named, 'statement', 'it does not name this product lot')
  known.statement = s
  report.ok('statement')
}

function makerStep(known, report) {
  const { b, state, statement: s } = known
  if (b.maker === null) return report.notShown('maker')
  known.member = valueAt(known, stateKeys.member(s.org), b.maker.member, member, 'maker')
  const key = keyAt(known.member, s.keyID, state.at)
  refuseIf(!key || !signedRaw(key, tagged('pedigree/statement/1', b.maker.body), b.maker.signature), 'maker', 'the organisation did not sign')
  known.made = state.class === classes.made || state.class === classes.repacked
  return known.made ? report.ok('maker') : report.notShown('maker')
}

function licence(known, report) {
  if (!known.made) return report.notShown('licence')
  const { member: m, state } = known
  refuseIf(!licensedOn(m, makerRoles, state.day, state.at), 'licence', 'no licence held')
  if (state.class === classes.made && !licensedOn(m, 1, state.day, state.at)) report.alerts.push('a repackager only')
  report.ok('licence')
}

function prefix(known, report) {
  if (!known.made) return report.notShown('prefix')
  const gtins = known.id.gtin ? [known.id.gtin] : known.statement.items.map((i) => i.gtin)
  for (const g of gtins) {
    refuseIf(!checkedDigits(g, 14) || !ownsPrefix(known.member, g.slice(1, 13), known.state.at), 'prefix', `${g} lies under no prefix of the maker`)
  }
  report.ok('prefix')
}

function place(known, report) {
  const { b } = known
  let top = known.record
  for (const p of b.parents) {
    refuseIf(top.state !== states.packed, 'place', 'a parent of a record that is packed in nothing')
    top = recordAt(known, p, top.extra, report, 'place')
  }
  known.top = top
  refuseIf(b.absent.length !== 0 && b.absent.length !== b.levels.length, 'place', 'another number of absences')
  const leaves = [known.leaf, ...b.levels.map((c) => c.leaf)]
  b.absent.forEach((p, i) => refuseIf(!absent(known.root, stateKeys.record(b.origin, leaves[i]), p), 'place', 'it has a record of its own'))
  const sealed = b.levels.length === 0 || b.absent.length > 0
  return sealed && top.state !== states.packed ? report.ok('place') : report.notShown('place', { optional: true })
}

function presence(known, report) {
  const { b, nonce, top } = known
  if (b.presence === null) return report.notShown('presence', { optional: nonce === null })
  refuseIf(top.state === states.packed || top.state === states.ended, 'presence', 'nobody is shown to hold it')
  const message = presenceMessage(known.chain, b.origin, known.leaf, b.presence.nonce)
  refuseIf(top.holder === null || !signedRaw(top.holder, message, b.presence.signature), 'presence', 'not the holder')
  if (nonce === null) return report.notShown('presence', { optional: true })
  refuseIf(!equal(nonce, b.presence.nonce), 'presence', 'another nonce')
  // who holds the container may have sold what was in it
  if (b.levels.length > 0 && b.absent.length === 0) return report.notShown('presence')
  report.ok('presence')
}

