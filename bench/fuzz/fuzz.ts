import fc from 'fast-check'
import { compileFilter, type Filter, type Verdict } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'
import { LIMITS } from '../../src/rules/limits.ts'
import { showMistake } from '../../src/rules/show-mistake.ts'
import { expressions } from '../../tests/rules/expressions.ts'
import { HOSTILE_FILTERS } from '../../tests/rules/hostile-corpus.ts'
import { queries } from '../../tests/rules/queries.ts'
import { entry } from '../../tests/rules/support.ts'
import { mulberry, mutate } from './mutate.ts'

export interface FuzzOptions {
  readonly filters: number
  readonly seed: number
  /** Stops earlier when this many ms have passed. */
  readonly within?: number
}

export interface FuzzReport {
  filters: number
  refused: number
  readonly verdicts: Record<Verdict, number>
  /** Steps one evaluation took at most, and ms. */
  mostSteps: number
  slowest: number
  /** What went wrong: a filter, and which promise it broke. */
  readonly broken: { readonly filter: string; readonly what: string }[]
}

const LONG = 'ab '.repeat(1300)

/** Entries with something for every filter to get at. */
const ENTRIES = [
  entry(),
  entry({ description: LONG, tags: Array.from({ length: 64 }, (_, i) => `tag-${i}`) }),
  entry({ meta: { team: null, list: [[1, [2, [3]]], { a: { b: [] } }], ['__proto__']: { x: 1 } } }),
  entry({ description: 'a'.repeat(LIMITS.subject + 1), title: '😀\ud800', deprecated: true }),
]

/** Steps that one evaluation may take; what ends it may be one large step. */
const MOST_STEPS = LIMITS.steps

/**
 * Generated filters, hostile ones, and what becomes of them when they are cut, doubled and spliced.
 * Promises: compiling throws nothing but a FilterError that can be shown; evaluating never throws,
 * keeps to its steps, changes nothing, and says the same twice; an error is never a match.
 */
export function fuzz({
  filters,
  seed,
  within = Number.POSITIVE_INFINITY,
}: FuzzOptions): FuzzReport {
  const random = mulberry(seed)
  const corpus = [
    ...HOSTILE_FILTERS.map(({ filter }) => filter).filter((text) => text.length < 3000),
    ...fc.sample(expressions, { numRuns: 2000, seed }),
    ...fc.sample(queries, { numRuns: 2000, seed }),
  ]
  const before = ENTRIES.map((one) => JSON.stringify(one))
  const report: FuzzReport = {
    filters: 0,
    refused: 0,
    verdicts: { match: 0, no_match: 0, undecided: 0, exhausted: 0, subject: 0 },
    mostSteps: 0,
    slowest: 0,
    broken: [],
  }
  const pick = () => corpus[Math.floor(random() * corpus.length)]!
  const fresh = freshFilters(seed)
  const started = performance.now()
  while (report.filters < filters && performance.now() - started < within) {
    const isNew = report.filters % 4 === 0
    const text = isNew ? fresh.next().value : mutate(pick(), pick(), random)
    // What was generated is changed later on.
    if (isNew) corpus[Math.floor(random() * corpus.length)] = text
    report.filters++
    tryOut(text, report)
    if (report.filters % 100 !== 0) continue
    for (const [i, one] of ENTRIES.entries()) {
      if (JSON.stringify(one) === before[i]) continue
      throw new Error(`an entry was changed by one of the 100 filters up to ${report.filters}`)
    }
  }
  return report
}

/** Well-formed filters of both languages, without end. */
function* freshFilters(seed: number): Generator<string, never> {
  for (const { filter } of HOSTILE_FILTERS) if (filter.length < 3000) yield filter
  for (let round = 1; ; round++) {
    const options = { numRuns: 500, seed: seed + round }
    const [a, b] = [fc.sample(expressions, options), fc.sample(queries, options)]
    for (const [i, text] of a.entries()) {
      yield text
      yield b[i]!
    }
  }
}

function tryOut(text: string, report: FuzzReport): void {
  const break_ = (what: string) => void report.broken.push({ filter: text, what })
  let filter: Filter
  try {
    filter = compileFilter(text)
  } catch (error) {
    report.refused++
    if (!(error instanceof FilterError)) break_(`compiling threw ${String(error)}`)
    else if (!showMistake(text, error).includes('^')) break_('the mistake is not shown')
    return
  }
  for (const one of ENTRIES) {
    try {
      const meter = { left: 0 }
      const begin = performance.now()
      const verdict = filter.evaluate(one, undefined, meter)
      report.slowest = Math.max(report.slowest, performance.now() - begin)
      report.mostSteps = Math.max(report.mostSteps, -meter.left - 1)
      report.verdicts[verdict]++
      if (-meter.left - 1 > MOST_STEPS) break_(`${-meter.left} steps`)
      if (filter.evaluate(one) !== verdict) break_('two verdicts for one entry')
    } catch (error) {
      break_(`evaluating threw ${String(error)}`)
    }
  }
}
