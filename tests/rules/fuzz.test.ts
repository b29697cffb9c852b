import { describe, expect, it } from 'vitest'
import { fuzz } from '../../bench/fuzz/fuzz.ts'

describe('filters nobody would write', () => {
  it('are refused with a proper error or decided within bounds, and change nothing', () => {
    const { broken, refused, filters, verdicts } = fuzz({ filters: 8000, seed: 20_261_121 })
    expect(broken).toEqual([])
    expect(filters).toBe(8000)
    // All kinds came up: the promises were not kept by refusing everything.
    expect(refused).toBeGreaterThan(1000)
    for (const [verdict, count] of Object.entries(verdicts)) {
      expect(count, verdict).toBeGreaterThan(3)
    }
  })
})
