// The export of an organisation: its form, its signature, and every file in it.
import { closeSync, fstatSync, openSync } from 'node:fs'
import { Archive } from './archive.mjs'
import { equal, fromHex, hex, utf8 } from './bytes.mjs'
import { decode } from './cbor.mjs'
import { readEnvelope } from './entry.mjs'
import { foundingFingerprint } from './founding.mjs'
import { signedRaw, tagged } from './hash.mjs'
import { address, checkSet } from './header.mjs'
import { open as openObject, verify } from './objects.mjs'
import { stateKeyOf } from './rows.mjs'
import { held, Stock, stockFields } from './stock.mjs'
import { Tables } from './tables.mjs'
import { keyAt, member, readValue } from './values.mjs'
import { Trail } from './trail.mjs'

const lists = ['audit', 'dispenses', 'documents', 'gone', 'inbox', 'machines', 'outbox', 'partners', 'people', 'shipments', 'signatures', 'stock'].map((n) => `${n}.ndjson`)
const tail = ['files.ndjson', 'manifest.json', 'manifest.json.sig']
const fixed = new Set([...lists, ...tail, 'anchor.pedigree', 'founding.json', 'member.pedigree', 'tables.json'])
const smallMax = 2 << 20
const lineMax = 4 << 20
const faultsMax = 100
const json = (b) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(b))
const byPower = (a, b) => Buffer.compare(address(a), address(b)) // all have the power 1

// only refuses members that are not known, and a required one that is missing.
function only(o, required, optional = []) {
  if (o === null || typeof o !== 'object' || Array.isArray(o)) throw new Error('it is no JSON object')
  for (const name of required) if (!(name in o)) throw new Error(`it has no ${name}`)
  for (const name of Object.keys(o)) if (![...required, ...optional].includes(name)) throw new Error(`it has ${name}, which nobody knows`)
  return o
}

// trustOf gives the first validators of a founding file.
export function trustOf(text) {
  const f = JSON.parse(text)
  const validators = f.validators.map((v) => ({ key: fromHex(v.key), power: 1 })).sort(byPower)
  checkSet(validators)
  return { chain: f.chain_id, height: 1, validators }
}

class Check {
  constructor(archive, founding) {
    Object.assign(this, { a: archive, believed: founding, faults: [], places: new Map(), files: 0, receipts: 0, proved: 0, unproved: 0, counted: {} })
  }

  fault(where, err) {
    if (this.faults.length < faultsMax) this.faults.push({ where, what: err.message ?? err })
  }

  // step runs one part and puts what goes wrong down to it.
  step(where, part) {
    try {
      part()
      return true
    } catch (err) {
      this.fault(where, err)
      return false
    }
  }

  run() {
    if (!this.step('archive', () => this.form())) return
    if (!this.step('manifest.json', () => this.readManifest()) || !this.step('founding.json', () => this.readFounding())) return
    this.signature()
    if (!this.step('files.ndjson', () => this.readList())) this.listDamaged = true
    this.step('anchor.pedigree', () => this.readAnchor())
    this.step('tables.json', () => this.readTables())
    this.step('files.ndjson', () => this.walk())
    if (this.unordered && this.faults.length === 0) this.fault('archive', this.unordered)
    this.counts()
  }

  form() {
    let last = ''
    let left = [...tail]
    for (const e of this.a.entries()) {
      if (fixed.has(e.name) || e.name.startsWith('tables/')) {
        if (this.places.has(e.name)) throw new Error(`${e.name} is there twice`)
        this.places.set(e.name, e)
      }
      this.seconds = e.seconds
      if (e.name === left[0]) {
        left.shift()
        continue
      }
      if (left.length < tail.length) throw new Error(`${e.name} stands where ${left[0] ?? 'the end'} is expected`)
      if (Buffer.compare(Buffer.from(e.name), Buffer.from(last)) <= 0) this.unordered ??= `${e.name} comes after ${last}: it was put in or moved`
      last = e.name
    }
    if (left.length) throw new Error(`it ends without ${left[0]}: it was cut off, or the file was removed`)
  }

  readManifest() {
    this.manifestBytes = this.a.whole(this.places.get('manifest.json'), smallMax)
    const m = only(json(this.manifestBytes), ['format', 'chain', 'founding', 'org', 'name', 'key_id', 'height', 'from_height', 'taken', 'program', 'receipts', 'lines', 'proved', 'files'])
    if (m.format !== 'pedigree export 2') throw new Error(`its format is ${m.format}`)
    if (Date.parse(m.taken) !== this.seconds * 1000) throw new Error('it says another time than the archive')
    this.m = m
  }

  readFounding() {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(this.a.whole(this.places.get('founding.json'), 8 << 20))
    const print = hex(foundingFingerprint(text))
    if (this.believed && this.believed !== print) throw new Error('it is not the founding file that you trust: the export is of another network, or was made up')
    this.trust = trustOf(text)
    if (print !== this.m.founding || this.trust.chain !== this.m.chain) throw new Error('the manifest names another network')
  }

  // provedValue reads a state proof of a key.
  provedValue(name, key) {
    const raw = this.a.whole(this.places.get(name), smallMax)
    const o = openObject(raw)
    if (o.tag !== 'pedigree/state-proof/1' || !equal(o.key, key)) throw new Error('it proves something else than what it is here for')
    return { value: o.value, height: verify(raw, this.trust).height }
  }

  signature() {
    const { m } = this
    let key
    const known = this.step('member.pedigree', () => {
      const { value, height } = this.provedValue('member.pedigree', stateKeyOf['org/member']({ org: m.org }))
      if (value === null) throw new Error(`the ledger knows no member ${m.org}`)
      const row = readValue(member, value)
      key = keyAt(row, m.key_id, height)
      if (!key) throw new Error(`${m.org} has no key ${m.key_id} that was valid at height ${height}`)
      this.name = row.name
    })
    if (!known) return
    this.step('manifest.json', () => {
      const raw = this.a.whole(this.places.get('manifest.json.sig'), smallMax)
      const s = only(json(raw), ['key_id', 'key', 'signature'])
      if (!equal(raw, utf8(`${JSON.stringify({ key_id: s.key_id, key: s.key, signature: s.signature }, null, 2)}\n`))) throw new Error('its signature is not written as signatures are')
      if (s.key_id !== m.key_id || s.key !== hex(key) || !signedRaw(key, tagged('pedigree/export/1', this.manifestBytes), fromHex(s.signature))) {
        throw new Error(`${m.org} did not sign it: it or its signature was changed, or somebody else made it`)
      }
      if (this.name !== m.name) throw new Error(`it calls ${m.org} ${m.name}, the ledger ${this.name}`)
    })
  }

  readList() {
    const e = this.places.get('files.ndjson')
    const { files } = this.m
    if (e.size !== files.bytes || this.a.hash(e) !== files.sha256) throw new Error('it is not the list of files that the manifest was signed with')
  }

  readAnchor() {
    const { value } = this.provedValue('anchor.pedigree', stateKeyOf['anchor/anchor']({ org: this.m.org, purpose: 'audit' }))
    this.anchor = value === null ? '' : hex(decode(value)[0])
  }

  // readTables reads what the tables are, and what stands in those that others name.
  readTables() {
    this.tables = new Tables(only(json(this.a.whole(this.places.get('tables.json'), smallMax)), ['tables', 'elsewhere', 'left_out']))
    const each = (name, fn) => {
      if (!this.places.has(name)) return
      try {
        for (const line of this.a.lines(this.places.get(name), lineMax)) fn(JSON.parse(line))
      } catch {
        // it is told of when the lines are checked
      }
    }
    for (const name of this.places.keys()) if (this.tables.fieldsOf(name).length) each(name, (o) => this.tables.learn(name, o))
    each('gone.ndjson', (o) => this.tables.learnGone(o))
  }

  // walk goes through the archive and the list side by side.
  walk() {
    const list = this.a.lines(this.places.get('files.ndjson'), lineMax)
    const next = () => {
      const { value, done } = list.next()
      return done ? null : only(JSON.parse(value), ['name', 'bytes', 'sha256'])
    }
    const before = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
    let want = next()
    for (const e of this.a.entries()) {
      if (e.name === 'files.ndjson') break
      for (; want && before(want.name, e.name); want = next()) this.fault(want.name, 'it is missing')
      if (!want || want.name !== e.name) {
        this.fault(e.name, 'it is not in the list of files: it was added')
        continue
      }
      this.files++
      if (e.size !== want.bytes || this.a.hash(e) !== want.sha256) this.fault(e.name, 'its size or SHA-256 is not that of the list of files: it was changed')
      else this.file(e, want)
      want = next()
    }
    for (; want; want = next()) this.fault(want.name, 'it is missing')
  }

  file(e, want) {
    if (e.name.startsWith('receipts/')) this.step(e.name, () => this.receipt(e))
    else if (e.name.startsWith('documents/')) this.step(e.name, () => this.document(e, want))
    else if (lists.includes(e.name) || this.tables?.named.has(e.name)) this.list(e)
    else if (!fixed.has(e.name) && (this.tables || !e.name.startsWith('tables/'))) this.fault(e.name, 'an export has no such file')
  }

  receipt(e) {
    this.receipts++
    const raw = this.a.whole(e, smallMax)
    const o = openObject(raw)
    if (o.tag !== 'pedigree/receipt/1') throw new Error('it is no receipt')
    const { height } = verify(raw, this.trust)
    const env = readEnvelope(o.envelope)
    if (!env.admission.some((a) => a.org === this.m.org)) throw new Error(`it is of an entry that ${this.m.org} did not send`)
    const [, h, id] = /^receipts\/([0-9]{12})-[0-9]{6}-([0-9a-f]{16})\.pedigree$/.exec(e.name) ?? []
    if (Number(h) !== height || id !== hex(env.id.subarray(0, 8))) throw new Error(`it is the receipt of entry ${hex(env.id)} at height ${height}, not the one that its name says`)
  }

  document(e, want) {
    for (;;) {
      const d = this.nextDocument()
      if (!d) throw new Error('documents.ndjson has no line of it')
      if (Buffer.compare(Buffer.from(d.file), Buffer.from(e.name)) < 0) this.fault(d.file, 'it is missing: documents.ndjson has a line of it')
      else if (d.file !== e.name || d.bytes !== want.bytes || d.sha256 !== want.sha256) throw new Error('documents.ndjson says something else of it')
      else return
    }
  }

  nextDocument() {
    const list = this.places.get('documents.ndjson')
    if (!list) return undefined
    this.documents ??= this.a.lines(list, lineMax)
    const { value, done } = this.documents.next()
    return done ? undefined : JSON.parse(value)
  }

  list(e) {
    const trail = new Trail(this.m.org, this.anchor ?? '')
    this.stocked = new Stock(this.trust)
    let n = 0
    const ok = this.step(e.name, () => {
      for (const line of this.a.lines(e, lineMax)) {
        n++
        try {
          this.line(e.name, JSON.parse(line), trail)
        } catch (err) {
          throw new Error(`line ${n}: ${err.message}`)
        }
      }
      if (e.name === 'audit.ndjson') trail.end()
    })
    if (ok) this.counted[e.name] = n
    if (e.name === 'audit.ndjson') this.anchored = trail.anchored
  }

  line(name, o, trail) {
    if (o === null || typeof o !== 'object' || Array.isArray(o)) throw new Error('it is no JSON object')
    if (name === 'audit.ndjson') trail.add(o)
    if (name === 'gone.ndjson') this.tables?.checkGone(o)
    if (this.tables?.named.has(name)) this.tables.row(name, o)
    if (name === 'stock.ndjson') this.stock(only(o, ...stockFields))
    if (name === 'documents.ndjson') only(o, ['id', 'file', 'name', 'media_type', 'direction', 'created', 'bytes', 'sha256'], ['partner'])
  }

  stock(s) {
    const proved = this.stocked.add(s)
    if (held.has(s.status)) proved ? this.proved++ : this.unproved++
  }

  counts() {
    const { m } = this
    this.step('documents.ndjson', () => {
      for (let d = this.nextDocument(); d; d = this.nextDocument()) this.fault(d.file, 'it is missing: documents.ndjson has a line of it')
    })
    for (const name of [...lists, ...(this.tables?.named.keys() ?? [])]) {
      if (!this.places.has(name)) this.fault(name, 'it is missing')
      else if (name in this.counted && this.counted[name] !== m.lines[name]) this.fault(name, `it has ${this.counted[name]} lines, the manifest says ${m.lines[name]}`)
    }
    if (this.faults.length) return
    if (this.files !== m.files.count || this.receipts !== m.receipts || this.proved !== m.proved) {
      this.fault('manifest.json', 'it counts other files, receipts or proofs than there are')
    }
    if (Object.keys(m.lines).length !== Object.keys(this.counted).length) this.fault('manifest.json', 'it counts the lines of other lists and tables than there are')
  }
}

// checkExport checks a file; founding is the fingerprint that the reader trusts, or ''.
export function checkExport(path, founding = '') {
  const fd = openSync(path)
  try {
    const c = new Check(new Archive(fd, fstatSync(fd).size), founding)
    c.run()
    return { file: path, manifest: c.m, files: c.files, receipts: c.receipts, proved: c.proved, unproved: c.unproved, anchored: c.anchored, lines: c.counted, gone: c.counted['gone.ndjson'], notes: c.tables?.notes ?? [], faults: c.faults }
  } finally {
    closeSync(fd)
  }
}

export const fingerprintOf = (text) => hex(foundingFingerprint(text))
