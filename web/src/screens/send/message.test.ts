import { describe, expect, it } from 'vitest'
import { isFailed, messageOf } from './message'

describe('the message of a shipment', () => {
  it.each([
    ['the ledger has not taken the offer yet', 'none', 'planned', 'generating'],
    ['the ledger refused the offer', 'none', 'refused', 'generation-failed'],
    ['its file is here', 'made', 'offered', 'generated'],
    ['it is on its way', 'sending', 'offered', 'generated'],
    ['the partner’s node signed for it', 'delivered', 'offered', 'delivered'],
    ['the goods were received by it', 'acknowledged', 'received', 'delivered'],
    ['a part was refused', 'accepted-with-findings', 'received', 'delivered'],
    ['all of it was refused', 'rejected', 'rejected', 'delivered'],
    ['nobody could deliver it', 'failed', 'offered', 'delivery-failed'],
    ['a person gave it up', 'given-up', 'offered', 'delivery-failed'],
    ['the node says a word that is new', 'something', 'offered', 'generated'],
  ])('%s', (_, data, state, want) => {
    expect(messageOf({ data, state })).toBe(want)
    expect(isFailed(messageOf({ data, state }))).toBe(want.endsWith('failed'))
  })
})
