import { compileFilter } from '../../src/rules/filter.ts'
import { createEngine } from '../../tests/support/engine.ts'
import { addServers, resolveAll } from './engine.ts'
import { catalogOf } from './evaluation.ts'
import { mixedFilters, random, TAGS } from './made-up.ts'
import { keep, ms, row, summary, us } from './measure.ts'

const RULES = 1000

/** A thousand servers of one rule each over 10,000 entries: built, and then kept up to date. */
export async function benchRules(builds: number): Promise<void> {
  const filters = mixedFilters(RULES)
  const times: number[] = []
  const compiles: number[] = []
  let engine = createEngine(catalogOf(10_000))
  for (let i = 0; i < builds; i++) {
    if (i > 0) engine = createEngine(catalogOf(10_000))
    const start = performance.now()
    for (const filter of filters) compileFilter(filter)
    compiles.push(performance.now() - start)
    await addServers(
      engine,
      filters.map((filter) => [filter]),
    )
    const begin = performance.now()
    keep(await resolveAll(engine, RULES))
    times.push(performance.now() - begin)
  }
  const shown = `${ms(summary(times).median)}, compiling ${ms(summary(compiles).median)}`
  row('1,000 mixed rules x 10,000 entries, first build', shown, 'reported')
  await benchChange(engine)
}

/** One tool gets another tag: everything is right again when the call returns. */
async function benchChange(engine: ReturnType<typeof createEngine>): Promise<void> {
  const { catalog, resolver } = engine
  const next = random(3)
  const times: number[] = []
  let behind = 0
  for (let i = 0; i < 3000; i++) {
    const { record } = catalog.get(`tool_${next(10_000)}`)!
    const addedTags = [...new Set([...record.addedTags.slice(1), TAGS[next(TAGS.length)]!])]
    const put = [{ ...record, addedTags, version: record.version + 1 }]
    const begin = performance.now()
    catalog.apply({ put, remove: [] })
    times.push(performance.now() - begin)
    if (!resolver.memberships.isSettled) behind++
    await resolver.memberships.settled()
  }
  const { median, p99 } = summary(times.slice(500))
  const shown = `p50 ${us(median)}, p99 ${us(p99)}; ${behind} of 3,000 left for later`
  row("one tool's tags change, 1,000 rules", shown, 'p50 100 us', median < 0.1)
}
