import { createEngine } from '../../tests/support/engine.ts'
import { addServers, CALLER } from './engine.ts'
import { catalogOf } from './evaluation.ts'
import { mixedFilters, random, TAGS } from './made-up.ts'
import { keep, memory, ms, row, summary, us } from './measure.ts'

/** Filters that the servers share, as teams do that ask for the same things. */
const SHARED = 1000

/** Servers whose filters nobody else has. */
const ALONE = 100

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
  const filters = mixedFilters(SHARED + 2 * ALONE)
  const pick = random(11)
  const shared = () => filters[pick(SHARED)]!
  const rules = Array.from({ length: servers }, () => [shared(), shared()])
  const making = performance.now()
  await addServers(engine, rules)
  const made = performance.now() - making
  const afterServers = memory()
  const building = performance.now()
  // A few hundred at a time, as clients would come.
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
  const what = '10,000 servers x 100,000 entries'
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
  const own = Array.from({ length: ALONE }, (_, i) => filters.slice(SHARED + 2 * i).slice(0, 2))
  await addServers(engine, own, servers)
  const first: number[] = []
  for (let i = 0; i < ALONE; i++) {
    const begin = performance.now()
    keep((await engine.resolver.resolve(`s${servers + i}`, CALLER)).lists.size)
    first.push(performance.now() - begin)
  }
  const alone = summary(first)
  const shown = `p50 ${ms(alone.median)}, p99 ${ms(alone.p99)}`
  row(`${what}: first use of a server with 2 filters of its own`, shown, 'reported')
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
