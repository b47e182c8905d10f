import { describe, expect, it } from 'vitest'
import { keptMost, newDevice, Queue } from './queue'

class Place {
  readonly rows = new Map<string, string>()
  full = false
  get length() {
    return this.rows.size
  }
  key(n: number) {
    return [...this.rows.keys()][n] ?? null
  }
  getItem(key: string) {
    return this.rows.get(key) ?? null
  }
  setItem(key: string, value: string) {
    if (this.full) throw new Error('quota')
    this.rows.set(key, value)
  }
  removeItem(key: string) {
    this.rows.delete(key)
  }
}

const ticking = () => {
  let at = 0
  return () => ++at
}

describe('scans that wait for the node', () => {
  it('come in the order in which they were scanned, and each has a number of its own', () => {
    const q = new Queue(new Place(), 'maker.owner.1', 'console a', ticking())
    q.add('one')
    q.add('two', 'open')
    expect(q.list().map((k) => [k.raw, k.what, k.seq])).toEqual([
      ['one', 'seen', 1],
      ['two', 'open', 2],
    ])
  })

  it('survive a reload with the name under which they were scanned', () => {
    const place = new Place()
    const now = ticking()
    new Queue(place, 'maker.owner.1', 'console a', now).add('one')
    const after = new Queue(place, 'maker.owner.1', 'console b', now)
    after.add('two')
    expect(after.list().map((k) => [k.raw, k.device, k.seq])).toEqual([
      ['one', 'console a', 1],
      ['two', 'console b', 1],
    ])
  })

  it('are never those of another person, session or organisation', () => {
    const place = new Place()
    new Queue(place, 'maker.owner.1', 'console a').add('one')
    for (const other of ['maker.owner.2', 'maker.other.1', 'hosted.owner.1'])
      expect(new Queue(place, other, 'console a').list()).toEqual([])
  })

  it('are forgotten once they were taken', () => {
    const place = new Place()
    const q = new Queue(place, 'maker.owner.1', 'console a')
    const one = q.add('one')
    if (one) q.done(one)
    expect([q.list(), place.length]).toEqual([[], 0])
  })

  it('are kept in the page where the browser has no room', () => {
    const place = new Place()
    place.full = true
    const q = new Queue(place, 'maker.owner.1', 'console a')
    q.add('one')
    expect(q.list().map((k) => k.raw)).toEqual(['one'])
  })

  it('skip what somebody else wrote under their keys', () => {
    const place = new Place()
    place.rows.set('pedigree.dock.maker.owner.1.console a.1', 'no scan')
    expect(new Queue(place, 'maker.owner.1', 'console b').list()).toEqual([])
  })

  it('are as many as there is room for, and not one more', () => {
    const q = new Queue(new Place(), 'maker.owner.1', 'console a')
    q.list = () => Array(keptMost - 1).fill({})
    expect(q.add('the last')).toBeDefined()
    q.list = () => Array(keptMost).fill({})
    expect(q.add('one more')).toBeUndefined()
  })

  it('have a device that is another at each load of the page', () => {
    expect(newDevice()).not.toBe(newDevice())
    expect(newDevice()).toMatch(/^console [0-9a-f]{8}$/)
  })
})
