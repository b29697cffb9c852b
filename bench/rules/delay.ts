import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as nextTask } from 'node:timers/promises'
import { Catalog } from '../../src/catalog/catalog.ts'
import { CatalogWriter } from '../../src/catalog/writer.ts'
import { addServers, engineOver, resolveAll } from './engine.ts'
import { mixedFilters, SOURCES, toolRecords } from './made-up.ts'
import { ms, row } from './measure.ts'

/** How late a timer of 1 ms is at most while something runs, garbage collection included. */
async function worst(
  run: () => Promise<unknown>,
): Promise<{ max: number; p99: number; gc: number }> {
  let gc = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gc = Math.max(gc, duration)
  })
  observer.observe({ entryTypes: ['gc'] })
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await nextTask()
  await run()
  await new Promise((resolve) => setTimeout(resolve, 20))
  histogram.disable()
  observer.disconnect()
  return { max: histogram.max / 1e6, p99: histogram.percentile(99) / 1e6, gc }
}

/** The event loop while 10,000 entries are imported under 1,000 rules, and while rules are built. */
export async function benchDelay(): Promise<void> {
  const catalog = new Catalog()
  for (const [i, id] of SOURCES.entries()) {
    catalog.setSource({ id, sequence: i + 1, tags: [], federated: false, prefix: '' })
  }
  const noStore = { all: async function* () {}, write: async () => undefined }
  const writer = new CatalogWriter(noStore, catalog)
  const engine = engineOver(catalog)
  const filters = mixedFilters(1000).map((filter) => [filter])
  const records = toolRecords(10_000)
  const report = (what: string, { max, p99, gc }: Awaited<ReturnType<typeof worst>>) => {
    const shown = `max ${ms(max)}, p99 ${ms(p99)}; longest collection ${ms(gc)}`
    // A timer of 1 ms is late by about as much when nothing happens.
    row(what, shown, '10 ms', max < 11)
  }
  report(
    'event loop: 10,000 entries imported',
    await worst(() => writer.commit({ put: records, remove: [] })),
  )
  await addServers(engine, filters)
  report('event loop: 1,000 rules built at once', await worst(() => resolveAll(engine, 1000)))
  const again = records.map((record) => ({ ...record, deprecated: !record.deprecated, version: 2 }))
  report(
    'event loop: 10,000 entries imported again under 1,000 rules',
    await worst(async () => {
      await writer.commit({ put: again, remove: [] })
      await engine.resolver.memberships.settled()
    }),
  )
}
