import { describe, expect, it } from 'vitest'
import { failedIn, type Report, rowsOf, type Step } from './steps'

const report = (steps: Step[], more: Partial<Report> = {}): Report => ({
  kind: 'pedigree/receipt/1',
  chain: 'c',
  height: 7,
  as_of: '2026-01-01T00:00:00Z',
  signers: 1,
  steps,
  outcome: 'proved',
  ...more,
})
const ok = (name: string): Step => ({ name, verdict: 'ok', text: name })
const signing = { header: '00', set: '11', changes: 0, validators: [{ key: '01', power: 1, signed: true }] }

describe('rows of a proof', () => {
  it('are all there before anything was checked', () => {
    const rows = rowsOf('bundle')
    expect(rows.length).toBe(14)
    expect(new Set(rows.map((r) => r.state))).toEqual(new Set(['not checked']))
  })
  it('lead from the entry to the validators', () => {
    const rows = rowsOf('receipt', report(['header', 'entry', 'signers', 'admission', 'result'].map(ok), { signing }))
    expect(rows.map((r) => `${r.name} ${r.state}`)).toEqual([
      'entry ok',
      'signers ok',
      'admission ok',
      'result ok',
      'header ok',
      'signatures ok',
      'set ok',
      'witnesses not checked',
    ])
  })
  it('name the step that failed and call the rest not checked', () => {
    const rows = rowsOf(
      'receipt',
      report([ok('header'), { name: 'entry', verdict: 'failed', text: 'bad' }], { signing }),
    )
    expect(failedIn(rows)?.name).toBe('entry')
    expect(rows.filter((r) => r.state === 'not checked').map((r) => r.name)).toEqual([
      'signers',
      'admission',
      'result',
      'witnesses',
    ])
  })
  it('never call signatures right when the header is not', () => {
    const rows = rowsOf('receipt', report([{ name: 'header', verdict: 'failed', text: 'bad' }]))
    expect(rows.filter((r) => r.state === 'ok')).toEqual([])
  })
  it('begin with a step that no order has', () => {
    expect(rowsOf('bundle', report([{ name: 'format', verdict: 'failed', text: 'bad' }]))[0]?.name).toBe('format')
  })
})
