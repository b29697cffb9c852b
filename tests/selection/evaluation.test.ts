import { describe, expect, it } from 'vitest'
import { readLabelled } from '../../src/selection/evaluation/labelled.ts'
import { scoreRanked, scoreSets } from '../../src/selection/evaluation/score.ts'

const named = (...names: string[]) => names.map((name) => ({ id: `id_${name}`, name }))

describe('a labelled file', () => {
  it('has a question and what is relevant in each line', () => {
    const text = '{"query":"a","relevant":["x"]}\n\n{"query":"b","relevant":["y","z"]}\n'
    expect(readLabelled(text)).toEqual([
      { query: 'a', relevant: ['x'] },
      { query: 'b', relevant: ['y', 'z'] },
    ])
  })

  it.each([
    ['not json', /^Line 1: /],
    ['{"query":"a","relevant":["x"]}\n{"query":"b"}', /^Line 2: relevant/],
    ['{"query":"a","relevant":[]}', /^Line 1: relevant/],
    ['\n', /no labelled question/],
  ])('that is wrong is refused with its line: %j', (text, message) => {
    expect(() => readLabelled(text)).toThrow(message)
  })
})

describe('scores', () => {
  const labelled = [
    { query: 'first', relevant: ['a'] },
    { query: 'second', relevant: ['a', 'id_b'] },
    { query: 'third', relevant: ['gone'] },
  ]

  it('of ranked answers average over questions', () => {
    const score = scoreRanked(labelled, [
      named('a', 'x'),
      named('x', 'a', 'y', 'z', 'w', 'b'),
      named('x'),
    ])
    expect(score.queries).toBe(3)
    expect(score.recall).toEqual({ 1: 1 / 3, 5: 1.5 / 3, 10: 2 / 3 })
    const second = (1 / Math.log2(3) + 1 / Math.log2(7)) / (1 + 1 / Math.log2(3))
    expect(score.ndcg10).toBeCloseTo((1 + second) / 3)
    expect(score.misses).toEqual([{ query: 'third', missing: ['gone'], got: ['x'] }])
  })

  it('of sets count what is missing and what is too much', () => {
    const score = scoreSets(labelled, [named('a'), named('a', 'x'), []])
    expect(score.precision).toBeCloseTo(2.5 / 3)
    expect(score.recall).toBeCloseTo(1.5 / 3)
    expect(score.misses).toEqual([
      { query: 'second', missing: ['id_b'], got: ['x'] },
      { query: 'third', missing: ['gone'], got: [] },
    ])
  })
})
