import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'
import { select, sharedData } from './support.ts'

/** One test of the compliance suite of RFC 9535. */
interface ComplianceTest {
  readonly name: string
  readonly selector: string
  readonly document?: unknown
  readonly result?: unknown[]
  /** Where the order of members is free, each nodelist that is right. */
  readonly results?: unknown[][]
  readonly invalid_selector?: true
}

/** How many tests the suite has: fewer means that it was cut or not read. */
const SUITE_SIZE = 703

const suite = sharedData('jsonpath-cts.json') as { tests: ComplianceTest[] } | undefined

describe.skipIf(!suite)('the compliance suite of RFC 9535', () => {
  const tests = suite?.tests ?? []

  it('is there whole', () => {
    expect(tests.length).toBeGreaterThanOrEqual(SUITE_SIZE)
  })

  it.for(tests.filter((test) => test.invalid_selector))('refuses: $name', ({ selector }) => {
    expect(() => select(selector, {})).toThrow(FilterError)
    expect(() => compileFilter(selector, { language: 'jsonpath' })).toThrow(FilterError)
  })

  it.for(tests.filter((test) => !test.invalid_selector))('selects: $name', (test) => {
    const { selector, document, result, results } = test
    const right = results ?? [result]
    expect(right).toContainEqual(select(selector, document))
  })

  it.for(tests.filter((test) => !test.invalid_selector))('matches as it selects: $name', (test) => {
    const { selector, document } = test
    const selected = select(selector, document).some((value) => value !== false && value !== null)
    const verdict = compileFilter(selector, { language: 'jsonpath' }).evaluate(document as object)
    expect(verdict).toBe(selected ? 'match' : 'no_match')
  })
})
