// The node's three answers (docs/reference/verdicts.md).
export type Word = 'ok' | 'stop' | 'tell'

/** wordOf reads what the interface says. Whatever is not known here is no OK. */
export function wordOf(text: string | undefined): Word {
  if (text === 'ok' || text === 'OK') return 'ok'
  if (text === 'stop' || text === 'STOP') return 'stop'
  return 'tell'
}

/** A Digital Link path as the interface writes it: /01/GTIN/21/SERIAL or /00/SSCC. */
export type Unit = { gtin?: string; serial?: string; sscc?: string }

export function unitOf(path: string): Unit {
  const parts = path.split('?')[0]?.split('/').filter(Boolean) ?? []
  const unit: Unit = {}
  for (let i = 0; i + 1 < parts.length; i += 2) {
    let value = parts[i + 1] as string
    try {
      value = decodeURIComponent(value)
    } catch {
      // a lone %: shown as it is
    }
    if (parts[i] === '01') unit.gtin = value
    if (parts[i] === '21') unit.serial = value
    if (parts[i] === '00') unit.sscc = value
  }
  return unit
}

/** printedOf is a path in the words of its label. */
export function printedOf(path: string): string {
  const unit = unitOf(path)
  if (unit.sscc) return `SSCC ${unit.sscc}`
  if (unit.gtin) return unit.serial ? `GTIN ${unit.gtin} SN ${unit.serial}` : `GTIN ${unit.gtin}`
  return path
}

/** expiryOf writes YYMMDD (GS1 General Specifications, section 3.4.7) or an ISO date for people; day 00 is the month alone. */
export function expiryOf(text: string | undefined, language: string): string {
  if (!text) return ''
  const six = /^(\d\d)(\d\d)(\d\d)$/.exec(text)
  const iso = /^(\d{4})-(\d\d)-(\d\d)/.exec(text)
  const [year, month, day] = six
    ? [2000 + Number(six[1]), Number(six[2]), Number(six[3])]
    : iso
      ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
      : [0, 0, 0]
  if (!year || month < 1 || month > 12) return text
  const date = new Date(Date.UTC(year, month - 1, day || 1))
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: day ? 'numeric' : undefined,
    timeZone: 'UTC',
  }).format(date)
}

/** Safe in a spreadsheet: a cell that begins like a formula gets a quote in front (OWASP, CSV injection). */
export function csvCell(value: unknown): string {
  let text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (typeof value !== 'number' && /^[=+\-@\t\r\n]/.test(text)) text = `'${text}`
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvOf(columns: string[], rows: Record<string, unknown>[]): string {
  return `${[columns, ...rows.map((r) => columns.map((c) => r[c]))].map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`
}
