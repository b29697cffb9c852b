import { compileFilter } from '../../src/rules/filter.ts'
import { createEngine } from '../../tests/support/engine.ts'
import { addServers, CALLER, resolveAll } from './engine.ts'
import { catalogOf } from './evaluation.ts'
import { mixedFilters, random, TAGS } from './made-up.ts'
import { keep, memory, ms, row, summary, us } from './measure.ts'

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

/** Ten thousand servers over a hundred thousand entries. */
export async function benchScale(): Promise<void> {
  const entries = 100_000
  const servers = 10_000
  const before = memory()
  const loading = performance.now()
  const catalog = catalogOf(entries)
  const loaded = performance.now() - loading
  const afterCatalog = memory()
  const engine = createEngine(catalog)
  const filters = mixedFilters(2 * servers)
  const rules = Array.from({ length: servers }, (_, i) => filters.slice(2 * i, 2 * i + 2))
  const making = performance.now()
  await addServers(engine, rules)
  const made = performance.now() - making
  const afterServers = memory()
  const building = performance.now()
  // A few hundred at a time, as clients would come; most filters are different ones.
  for (let i = 0; i < servers; i += 200) {
    const some = Array.from({ length: 200 }, (_, at) =>
      engine.resolver.resolve(`s${i + at}`, CALLER),
    )
    keep((await Promise.all(some)).length)
  }
  const built = performance.now() - building
  const afterUse = memory()
  const asking: number[] = []
  for (let i = 0; i < 2000; i++) {
    const begin = performance.now()
    keep((await engine.resolver.resolve(`s${(i * 37) % servers}`, CALLER)).lists.size)
    asking.push(performance.now() - begin)
  }
  const what = '10,000 servers of 2 rules x 100,000 entries'
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`
  row(`${what}: catalog in memory`, ms(loaded), 'reported')
  row(`${what}: memory per entry`, kib((afterCatalog - before) / entries), 'reported')
  row(`${what}: servers made, rules compiled`, ms(made), 'reported')
  row(
    `${what}: memory per server, not in use`,
    kib((afterServers - afterCatalog) / servers),
    'reported',
  )
  row(`${what}: all of them worked out`, ms(built), 'reported')
  row(`${what}: memory per server in use`, kib((afterUse - afterCatalog) / servers), 'reported')
  row(`${what}: a view that is ready`, `p50 ${us(summary(asking).median)}`, 'reported')
  await benchScaleChange(engine, what)
}

async function benchScaleChange(engine: ReturnType<typeof createEngine>, what: string) {
  const { catalog, resolver } = engine
  const next = random(5)
  const times: number[] = []
  for (let i = 0; i < 300; i++) {
    const { record } = catalog.get(`tool_${next(100_000)}`)!
    const addedTags = [...new Set([...record.addedTags.slice(1), TAGS[next(TAGS.length)]!])]
    const begin = performance.now()
    catalog.apply({ put: [{ ...record, addedTags, version: record.version + 1 }], remove: [] })
    await resolver.memberships.settled()
    times.push(performance.now() - begin)
  }
  const { median, p99 } = summary(times.slice(20))
  row(`${what}: one tool's tags change`, `p50 ${us(median)}, p99 ${us(p99)}`, 'reported')
}
