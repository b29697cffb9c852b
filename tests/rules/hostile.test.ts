import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admits, compileFilter, type Filter, type Verdict } from '../../src/rules/filter.ts'
import { FILTER_ERROR_CODES, FilterError } from '../../src/rules/filter-error.ts'
import { showMistake } from '../../src/rules/show-mistake.ts'
import { runs, seenIn } from '../support/runs.ts'
import { HOSTILE_FILTERS } from './hostile-corpus.ts'
import { HOSTILE_DOCUMENTS } from './hostile-documents.ts'
import { entry, type HostileFilter, sharedData } from './support.ts'

const VERDICTS: readonly Verdict[] = ['match', 'no_match', 'undecided', 'exhausted', 'subject']

/** Above this many characters of JSON a document is compared once, not after every filter. */
const SMALL = 20_000

/** Everything that code run by a filter could leave behind in this process. */
function traces(): string[] {
  const shared = { Object, Array, String, Number, Boolean, Function, RegExp, Symbol, Map, Promise }
  return [
    ...Reflect.ownKeys(globalThis).map((key) => `globalThis.${String(key)}`),
    ...Object.entries(shared).flatMap(([name, { prototype }]) =>
      Reflect.ownKeys(prototype).map((key) => `${name}.prototype.${String(key)}`),
    ),
  ]
}

/** Compiles a filter, or returns the error. Fails on anything that is not a proper FilterError. */
function attempt(filter: string, language?: string): Filter | FilterError {
  try {
    return compileFilter(filter, { language })
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    expect(FILTER_ERROR_CODES).toHaveProperty(error.code)
    expect(error.message).not.toBe('')
    expect(error.position).toBeGreaterThanOrEqual(0)
    expect(error.position).toBeLessThanOrEqual(filter.length)
    expect(error.length).toBeGreaterThanOrEqual(1)
    expect(['string', 'undefined']).toContain(typeof error.fix)
    expect(showMistake(filter, error)).toContain('^')
    return error
  }
}

function isFilter(result: Filter | FilterError): result is Filter {
  return !(result instanceof FilterError)
}

/** A failure to decide must keep an entry out of what it includes and in what it excludes. */
function expectFailsClosed(verdict: Verdict): void {
  expect(VERDICTS).toContain(verdict)
  expect(admits(verdict, 'include')).toBe(verdict === 'match')
  expect(admits(verdict, 'exclude')).toBe(verdict !== 'no_match')
}

function expectHarmless(filters: readonly Filter[], document: object): void {
  const before = JSON.stringify(document)
  const own = Reflect.ownKeys(document)
  for (const filter of filters) {
    expectFailsClosed(filter.evaluate(document))
    if (before.length < SMALL) expect(JSON.stringify(document), filter.source).toBe(before)
  }
  expect(JSON.stringify(document)).toBe(before)
  expect(Reflect.ownKeys(document)).toEqual(own)
}

function compiled(filters: readonly { language: string; filter: string }[]): Filter[] {
  return filters.map(({ language, filter }) => attempt(filter, language)).filter(isFilter)
}

describe('hostile filters', () => {
  it('are many, in both languages, and none is listed twice', () => {
    const texts = HOSTILE_FILTERS.map(({ language, filter }) => `${language} ${filter}`)
    expect(new Set(texts).size).toBe(texts.length)
    for (const language of ['jsonpath', 'expression'] as const) {
      const own = HOSTILE_FILTERS.filter((hostile) => hostile.language === language)
      expect(own.length).toBeGreaterThan(120)
    }
  })

  it.for(HOSTILE_FILTERS.filter(({ expected }) => expected === 'rejected'))(
    '$language: $why is refused when it is written',
    ({ filter, language }: HostileFilter) => {
      expect(attempt(filter, language), filter).toBeInstanceOf(FilterError)
    },
  )

  it.for(HOSTILE_FILTERS.filter(({ expected }) => expected === 'no_match'))(
    '$language: $why never lets an entry in',
    ({ filter, language }: HostileFilter) => {
      const verdict = compileFilter(filter, { language }).evaluate(entry())
      expect(['no_match', 'undecided'], filter).toContain(verdict)
    },
  )

  it.for(HOSTILE_FILTERS.filter(({ expected }) => expected === 'bounded'))(
    '$language: $why is accepted and bounded',
    ({ filter, language }: HostileFilter) => {
      const verdict = compileFilter(filter, { language }).evaluate(entry())
      expect(VERDICTS, filter).toContain(verdict)
    },
  )

  const accepted = compiled(HOSTILE_FILTERS)

  it.for(HOSTILE_DOCUMENTS)('end in a verdict and change nothing over $name', ({ document }) => {
    const before = traces()
    expectHarmless(accepted, document)
    expect(traces()).toEqual(before)
  })

  it('are refused or decided in the other language too, and in the one guessed for them', () => {
    const others = HOSTILE_FILTERS.flatMap(({ language, filter }) => [
      attempt(filter, language === 'jsonpath' ? 'expression' : 'jsonpath'),
      attempt(filter),
    ]).filter(isFilter)
    expect(others.length).toBeGreaterThan(0)
    for (const { document } of HOSTILE_DOCUMENTS.slice(0, 2)) expectHarmless(others, document)
  })

  it('are refused or decided when they are cut, doubled and spliced at random', () => {
    const source = fc.constantFrom(...HOSTILE_FILTERS.map(({ filter }) => filter.slice(0, 400)))
    const cut = fc.tuple(source, fc.nat(400), fc.nat(400)).map(([text, i, j]) => text.slice(i, j))
    const spliced = fc
      .tuple(source, fc.nat(400), cut)
      .map(([text, i, part]) => text.slice(0, i) + part + text.slice(i))
    const noise = fc.string({ unit: 'binary', maxLength: 60 })
    const seen = { refused: 0, decided: 0 }
    fc.assert(
      fc.property(
        fc.oneof(
          cut,
          spliced,
          noise,
          noise.map((text) => `$${text}`),
        ),
        fc.constantFrom('jsonpath', 'expression', undefined),
        (filter, language) => {
          const result = attempt(filter, language)
          if (!isFilter(result)) return void seen.refused++
          seen.decided++
          expectHarmless([result], HOSTILE_DOCUMENTS[0]!.document)
        },
      ),
      { seed: 20_261_120, numRuns: runs(4000) },
    )
    expect(seen.decided).toBeGreaterThan(seenIn(200))
    expect(seen.refused).toBeGreaterThan(seenIn(1000))
  })
})

interface SharedFilter {
  readonly language: string
  readonly expression: string
  readonly expected: 'rejected' | 'false' | 'bounded'
}

const shared = sharedData('hostile-filters.json') as SharedFilter[] | undefined

describe.skipIf(!shared)('hostile filters collected elsewhere', () => {
  const filters = (shared ?? []).map(({ expression, ...rest }) => ({ ...rest, filter: expression }))

  it('are refused where they have to be', () => {
    const bound = filters.filter(({ expected }) => expected === 'rejected')
    const taken = bound.filter(({ filter, language }) => isFilter(attempt(filter, language)))
    expect(bound.length).toBeGreaterThan(0)
    expect(taken).toEqual([])
  })

  it('never let the ordinary entry in where they must not', () => {
    const bound = filters.filter(({ expected }) => expected === 'false')
    const matching = compiled(bound).filter((filter) => filter.evaluate(entry()) === 'match')
    expect(bound.length).toBeGreaterThan(0)
    expect(matching.map(({ source }) => source)).toEqual([])
  })

  it.for(HOSTILE_DOCUMENTS)('end in a verdict and change nothing over $name', ({ document }) => {
    const before = traces()
    expectHarmless(compiled(filters), document)
    expect(traces()).toEqual(before)
  })
})
