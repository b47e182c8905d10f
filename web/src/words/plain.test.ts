import { describe, expect, it } from 'vitest'
import { plain } from './plain'

describe('a text of the node on a screen has no command line in it', () => {
  it.each([
    ['there is no case 9; list them with pedigree case list', 'there is no case 9'],
    ['case 3 is the partner’s; answer it with pedigree case answer 3', 'case 3 is the partner’s'],
    [
      'case 3 is escalated: clear the goods first with pedigree case clear 3',
      'case 3 is escalated: clear the goods first',
    ],
    [
      'goods are on hold: release them first (pedigree release); other marks stay',
      'goods are on hold: release them first; other marks stay',
    ],
    ['pedigree partner check shows the grounds', ''],
    ['see how far they are with pedigree job list, and send this one again', 'see how far they are'],
    ['it failed. Run pedigree doctor. Then wait.', 'it failed. Then wait.'],
    ['pedigree is a ledger; nothing is wrong', 'pedigree is a ledger; nothing is wrong'],
    ['put both back from one backup, or run pedigree exchange rotate', 'put both back from one backup'],
  ])('%s', (text, want) => {
    expect(plain(text)).toBe(want)
  })
})
