import { describe, expect, it } from 'vitest'
import { holding, periods, spans } from './periods'
import type { Right } from './source'

// Rights in the order of the node: the most exact number first, then the latest.
const right = (n: number, who: string, from: string, to = '', number = '00399991123455') =>
  ({ n, who, from, to, number, kind: 'owner', ground: 'contract', by: 'owner', at: '2026-01-01T00:00:00Z' }) as Right
const told = (rights: Right[]) => periods(rights, 'owner').map((p) => `${p.right.who} ${p.from}..${p.to ?? ''}`)

describe('whose label it was', () => {
  it('ends for one where the next begins', () => {
    const rights = [right(2, 'New', '2026-03-01'), right(1, 'Old', '2020-01-01')]
    expect(told(rights)).toEqual(['Old 2020-01-01..2026-02-28', 'New 2026-03-01..'])
    expect(holding(rights, 'owner', '2026-02-28')?.who).toBe('Old')
    expect(holding(rights, 'owner', '2026-03-01')?.who).toBe('New')
    expect(holding(rights, 'owner', '2019-12-31')).toBeUndefined()
    expect(holding(rights, 'packager', '2026-03-01')).toBeUndefined()
  })

  it('goes back to the prefix when the right over the number itself ends', () => {
    const rights = [right(1, 'Guest', '2025-01-01', '2025-12-31'), right(2, 'House', '2020-01-01', '', '0399991')]
    expect(told(rights)).toEqual(['House 2020-01-01..2024-12-31', 'Guest 2025-01-01..2025-12-31', 'House 2026-01-01..'])
  })

  it('leaves a gap where nobody was entered', () => {
    expect(told([right(2, 'B', '2026-01-01'), right(1, 'A', '2024-01-01', '2024-12-31')])).toEqual([
      'A 2024-01-01..2024-12-31',
      'B 2026-01-01..',
    ])
  })

  it('is one period where an entry that changes nothing lies between', () => {
    const rights = [right(1, 'House', '2020-01-01'), right(2, 'Other', '2022-01-01', '', '0399991')]
    expect(told(rights)).toEqual(['House 2020-01-01..'])
  })

  it('is drawn by its length', () => {
    const list = periods([right(2, 'New', '2020-01-06'), right(1, 'Old', '2020-01-01')], 'owner')
    expect(spans(list, '2020-01-01', '2020-01-10')).toEqual([
      { left: 0, width: 0.5 },
      { left: 0.5, width: 0.5 },
    ])
  })
})
