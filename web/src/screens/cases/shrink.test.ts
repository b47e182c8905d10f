import { describe, expect, it } from 'vitest'
import { sizeWithin } from './shrink'

describe('a photo that is too large', () => {
  it.each([
    [6000, 4000, 3000, 2000],
    [4000, 6000, 2000, 3000],
    [800, 600, 800, 600],
    [3000, 1, 3000, 1],
    [90_000, 2, 3000, 1],
  ])('of %i by %i is sent as %i by %i', (w, h, wide, high) => {
    expect(sizeWithin(w, h)).toEqual([wide, high])
  })
})
