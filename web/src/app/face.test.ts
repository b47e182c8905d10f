import { describe, expect, it } from 'vitest'
import { faceOf } from './face'
import { places, railOf } from './places'

const person = (...permissions: string[]) => ({ kind: 'person' as const, permissions })

describe('faceOf', () => {
  it.each([
    [
      'who dispenses is a pharmacist, also when they receive',
      person('receive', 'dispense', 'read-goods'),
      'pharmacist',
    ],
    ['who takes in the lines’ events manages serial numbers', person('capture', 'ship', 'read-goods'), 'serialization'],
    ['who receives is a clerk', person('receive', 'read-goods'), 'clerk'],
    ['who says who may do what is an administrator', person('manage-people'), 'admin'],
    ['who only reads is an inspector', person('read-goods'), 'inspector'],
    ['who reads no goods runs the node', person('watch'), 'operator'],
  ])('%s', (_, me, face) => expect(faceOf(me)).toBe(face))
  it('the owner of the node is one, whatever else they may do', () => {
    expect(faceOf({ kind: 'owner', permissions: ['dispense'] })).toBe('owner')
  })
  it('nobody known runs nothing, and is shown least', () => expect(faceOf(undefined)).toBe('operator'))
})

describe('railOf', () => {
  it('has at most five places, and “All” is one of them', () => {
    for (const face of ['owner', 'pharmacist', 'serialization', 'clerk', 'admin', 'inspector', 'operator'] as const) {
      const rail = railOf(() => true, face)
      expect(rail.length).toBeLessThanOrEqual(5)
      expect(rail.at(-1)?.to).toBe('/all')
      expect(new Set(rail).size).toBe(rail.length)
    }
  })
  it('has no place that the person may not go to', () => {
    expect(railOf(() => false, 'pharmacist').every((p) => !p.may)).toBe(true)
  })
  it('names only places that there are', () => {
    expect(places.map((p) => p.to)).toEqual(expect.arrayContaining(railOf(() => true, 'owner').map((p) => p.to)))
  })
})
