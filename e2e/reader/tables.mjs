// The tables in an export: each line in the form that tables.json says, and what it names is there.
const known = (
  'case_case case_evidence case_item case_message case_pace catalogue_conflict catalogue_exempt catalogue_fact catalogue_labeler catalogue_load catalogue_right catalogue_source ' +
  'courier_parcel courier_seen dock_correction dock_decision dock_scan dock_seller dock_session dock_source dock_top erase_mark migrate_archive migrate_finding migrate_item migrate_run outside_doubt outside_item partner_check partner_entry ' +
  'partner_list partner_mapping partner_row partner_standing pick_buyer pick_departed pick_departure pick_handed pick_handover pick_leaving pick_pick pick_released pick_reserved pick_return pick_returned ti_carried ti_document ti_line ti_lot ' +
  'trace_capture trace_commission trace_conflict trace_envelope trace_event trace_event_item trace_finding trace_key trace_recalled trace_refused vault_job ' +
  'verdict_notice verify_ask verify_given verify_item verify_reply'
).split(' ')

// What must lead somewhere, whatever tables.json says.
const mustRefer = {
  'case_item.case_number': 'case_case.number', 'case_evidence.case_number': 'case_case.number', 'case_message.case_number': 'case_case.number', 'case_message.document': 'documents',
  'dock_session.delivery': 'inbox', 'dock_session.report': 'documents', 'dock_scan.session': 'dock_session.id', 'dock_decision.session': 'dock_session.id', 'dock_source.session': 'dock_session.id',
  'partner_list.document': 'documents', 'partner_row.list': 'partner_list.id', 'catalogue_fact.source': 'catalogue_source.id', 'courier_parcel.document': 'documents', 'ti_document.doc': 'documents',
  'trace_event.doc': 'documents', 'trace_event_item.event': 'trace_event.id', 'verify_item.ask': 'verify_ask.id', 'pick_reserved.pick': 'pick_pick.id', 'outside_item.evidence': 'partner_check.id', 'migrate_archive.document': 'documents', 'migrate_run.document': 'documents', 'migrate_item.run': 'migrate_run.n', 'migrate_finding.run': 'migrate_run.n',
}

const namesMax = 10_000_000 // of one list or table, so that they fit into memory
const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/
const moment = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$/
const isText = (test) => (v) => typeof v === 'string' && test(v)
const forms = {
  integer: (v) => typeof v === 'number' && Number.isInteger(v),
  text: isText(() => true),
  flag: (v) => typeof v === 'boolean',
  hex: isText((v) => /^([0-9a-f]{2})*$/.test(v)),
  base64: isText((v) => Buffer.from(v, 'base64').toString('base64') === v),
  json: () => true,
  moment: isText((v) => moment.test(v) && !Number.isNaN(Date.parse(v))),
  day: isText((v) => day.test(v) && !Number.isNaN(Date.parse(v))),
}
const lists = { 'documents.ndjson': 'documents', 'inbox.ndjson': 'inbox', 'outbox.ndjson': 'outbox', 'shipments.ndjson': 'shipments' }
export const tableFile = (name) => `tables/${name}.ndjson`

// nameOf is a value in text; '' names nothing. A number above 2^53 is what JSON.parse makes of it, on both sides.
const nameOf = (v) => (v === undefined || v === null || v === 0 || v === '' ? '' : String(v))

export class Tables {
  constructor(all) {
    this.named = new Map()
    this.targets = new Map()
    this.gone = new Set()
    this.full = new Set()
    this.notes = []
    this.lastGone = ['', '']
    if (!Array.isArray(all?.tables)) throw new Error('it has no tables')
    for (const t of all.tables) {
      if (!t.name || this.named.has(tableFile(t.name))) throw new Error(`table ${t.name} is there twice, or has no name`)
      for (const f of t.fields) {
        if (!forms[f.form]) throw new Error(`${t.name}.${f.name} has form ${f.form}, which this program does not know`)
        for (const of of f.of ?? []) this.targets.set(of.to, new Set())
      }
      this.named.set(tableFile(t.name), t)
      if (!known.includes(t.name)) this.notes.push(`table ${t.name} is none that this program knows: its lines were checked by tables.json alone`)
    }
    for (const name of known) if (!this.named.has(tableFile(name))) this.notes.push(`there is no table ${name}: the program that wrote this had none, or left it out`)
    for (const [field, to] of Object.entries(mustRefer)) {
      const [table, name] = field.split('.')
      const f = this.named.get(tableFile(table))?.fields.find((x) => x.name === name)
      if (this.named.has(tableFile(table)) && !f?.of?.some((of) => of.to === to)) throw new Error(`${field} does not lead to ${to}`)
    }
  }

  // fieldsOf are the fields of a file that others name, each with its name as a target.
  fieldsOf(file) {
    const list = lists[file]
    if (list) return this.targets.has(list) ? [['id', list]] : []
    const table = this.named.get(file)?.name
    return [...this.targets.keys()].filter((to) => table && to.startsWith(`${table}.`)).map((to) => [to.slice(table.length + 1), to])
  }

  learn(file, row) {
    for (const [field, to] of this.fieldsOf(file)) {
      const name = nameOf(row?.[field])
      const names = this.targets.get(to)
      if (name && names.size < namesMax) names.add(name)
      else if (name && !names.has(name) && !this.full.has(to)) {
        this.full.add(to)
        this.notes.push(`whether each value that refers to ${to} is there was not checked: it has more than ${namesMax}`)
      }
    }
  }

  learnGone(o) {
    this.gone.add(`${o.of} ${o.name}`)
  }

  checkGone(o) {
    const key = [o.of, o.name]
    if (typeof o.of !== 'string' || typeof o.name !== 'string' || Object.keys(o).length !== 2) throw new Error('it is no line of what is gone')
    const after = Buffer.compare(Buffer.from(o.of), Buffer.from(this.lastGone[0])) || Buffer.compare(Buffer.from(o.name), Buffer.from(this.lastGone[1]))
    if (after <= 0) throw new Error(`${key} stands after ${this.lastGone}`)
    this.lastGone = key
    if (!this.targets.has(o.of) || this.targets.get(o.of).has(o.name)) throw new Error(`${key} is there, or nothing names such a thing`)
  }

  // row checks a line of a table.
  row(file, o) {
    const t = this.named.get(file)
    for (const f of t.fields) {
      if (!(f.name in o)) throw new Error(`it has no ${f.name}`)
      if (o[f.name] !== null && !forms[f.form](o[f.name])) throw new Error(`${f.name} is no ${f.form}`)
    }
    if (Object.keys(o).length !== t.fields.length) throw new Error('it has members that tables.json does not name')
    for (const f of t.fields) {
      const name = nameOf(o[f.name])
      for (const of of f.of ?? []) {
        if (!name || this.full.has(of.to) || (of.where && nameOf(o[of.where]) !== of.is)) continue
        if (!this.targets.get(of.to).has(name) && !this.gone.has(`${of.to} ${name}`)) throw new Error(`${f.name} names ${of.to} ${name}, which is not there`)
      }
    }
  }
}
