import { describe, expect, it } from 'vitest'
import { gapsOf, type Step } from './gaps'

const step = (kind: string, who = '', within = ''): Step => ({ kind, who, in: within })
const made = step('commissioning', 'maker')

describe('gaps of a history', () => {
  it.each<[string, Step[], string[]]>([
    ['nothing at all', [], []],
    ['a whole way', [made, step('packing', 'maker'), step('shipping', 'maker'), step('receiving', 'harbor')], []],
    ['a shipment that came back', [made, step('shipping', 'maker'), step('void_shipping', 'maker')], []],
    [
      'a way on from who received',
      [made, step('shipping', 'maker'), step('receiving', 'a'), step('dispensing', 'a')],
      [],
    ],
    ['a beginning that is not known', [step('shipping', 'maker'), step('receiving', 'a')], ['0 start']],
    [
      'the beginning of its case alone',
      [step('commissioning', 'maker', '/00/1'), step('packing', 'maker')],
      ['0 start'],
    ],
    ['a holder that changed by nothing', [made, step('packing', 'other')], ['1 moved']],
    ['a shipment that nobody received', [made, step('shipping', 'maker'), step('packing', 'a')], ['2 unreceived']],
    ['a shipment under way', [made, step('shipping', 'maker')], ['2 end']],
    ['a party that nobody knows', [made, step('packing', 'urn:epc:id:pgln:1.2')], []],
    [
      'a hold by the authority',
      [made, step('holding', 'board'), step('shipping', 'maker'), step('receiving', 'a')],
      [],
    ],
  ])('%s', (_, steps, want) => {
    expect(gapsOf(steps).map((g) => `${g.before} ${g.why}`)).toEqual(want)
  })
})
