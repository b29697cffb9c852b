import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner'
import type { CollectedTest } from './collect.ts'

/** The tests of src/rules, the quickest first: a mutant is dropped at the first failure. */
const FILES = [
  'tests/docs/filters.test.ts',
  'tests/rules/meaning.test.ts',
  'tests/rules/plans.test.ts',
  'tests/rules/messages.test.ts',
  'tests/rules/nearest.test.ts',
  'tests/rules/path-grammar.test.ts',
  'tests/rules/bounds-said.test.ts',
  'tests/rules/changes.test.ts',
  'tests/rules/explain.test.ts',
  'tests/rules/patterns.test.ts',
  'tests/rules/mistakes.test.ts',
  'tests/rules/analysis.test.ts',
  'tests/rules/properties.test.ts',
  'tests/rules/jsonpath-compliance.test.ts',
  'tests/rules/differential.test.ts',
  'tests/rules/bounds.test.ts',
]

/** What mutated code asks which mutant it is, and tells which was reached. */
interface Switch {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, never> }
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

const shared = globalThis as { __stryker__?: Switch }
shared.__stryker__ ??= {}
const mutants: Switch = shared.__stryker__

/**
 * Runs the tests of the rules in this process, once for each mutant. Vitest starts a worker and
 * loads everything anew each time, which takes most of the time that mutation testing takes.
 */
class InProcessRunner implements TestRunner {
  #tests: ReadonlyMap<string, CollectedTest> | undefined

  capabilities() {
    return { reloadEnvironment: false }
  }

  async init(): Promise<void> {
    process.env['RUNS_SHARE'] ??= '0.02'
    const collect = pathToFileURL(resolve('tests/mutation/collect.ts')).href
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vitest' && context.parentURL !== collect
          ? { url: collect, shortCircuit: true }
          : next(specifier, context),
    })
  }

  async dryRun(): Promise<DryRunResult> {
    const all = await this.#load()
    const results: TestResult[] = []
    for (const { id, name, file, run } of all.values()) {
      mutants.currentTestId = id
      const start = performance.now()
      const failure = await failureOf(run)
      const result = { id, name, fileName: resolve(file), timeSpentMs: performance.now() - start }
      results.push(
        failure === undefined
          ? { ...result, status: 0 }
          : { ...result, status: 1, failureMessage: failure },
      )
    }
    mutants.currentTestId = undefined
    return {
      status: 'complete' as never,
      tests: results,
      mutantCoverage: mutants.mutantCoverage as never,
    }
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit, mutantActivation } = options
    // A mutant in code that runs when it is loaded has to be there before.
    const isStatic = mutantActivation === 'static'
    if (isStatic) mutants.activeMutant = activeMutant.id
    const all = await this.#load()
    const wanted = testFilter && new Set(testFilter)
    const tests = [...all.values()].filter(({ id }) => wanted?.has(id) ?? true)
    mutants.hitLimit = hitLimit
    mutants.hitCount = hitLimit === undefined ? undefined : 0
    mutants.activeMutant = activeMutant.id
    let nrOfTests = 0
    for (const { id, run } of tests) {
      nrOfTests++
      const failureMessage = await failureOf(run)
      if (mutants.hitCount !== undefined && mutants.hitCount > (hitLimit ?? Infinity)) {
        return { status: 'timeout' as never, reason: 'It goes round and round.' }
      }
      if (failureMessage === undefined) continue
      if (!isStatic) await this.#expectClean(run)
      return { status: 'killed' as never, killedBy: [id], failureMessage, nrOfTests }
    }
    mutants.activeMutant = undefined
    return { status: 'survived' as never, nrOfTests }
  }

  /** A mutant may leave something behind that fails the tests of the next: start afresh then. */
  async #expectClean(run: () => unknown): Promise<void> {
    mutants.activeMutant = undefined
    const left = await failureOf(run)
    if (left !== undefined) throw new Error(`It fails without a mutant: ${left}`)
  }

  async #load(): Promise<ReadonlyMap<string, CollectedTest>> {
    if (this.#tests) return this.#tests
    const url = (file: string) => pathToFileURL(resolve(file)).href
    const { collect } = (await import(
      url('tests/mutation/collect.ts')
    )) as typeof import('./collect.ts')
    this.#tests = await collect(FILES, (file) => import(url(file)))
    return this.#tests
  }
}

async function failureOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    return String((error as Error)?.message ?? error).slice(0, 500) || 'It failed.'
  }
}

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner },
]
