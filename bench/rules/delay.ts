import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as nextTask } from 'node:timers/promises'
import { Catalog } from '../../src/catalog/catalog.ts'
import { CatalogWriter } from '../../src/catalog/writer.ts'
import type { Store } from '../../src/store/ports.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { createEngine } from '../../tests/support/engine.ts'
import { addServers, resolveAll } from './engine.ts'
import { mixedFilters, SOURCES, toolRecords } from './made-up.ts'
import { ms, row } from './measure.ts'

/** How long the event loop was held while something ran, in ms. */
interface Held {
  /** How late a timer of 1 ms was at most, collections of garbage included. */
  readonly max: number
  readonly p99: number
  /** The longest time between two turns of the loop, less the collections within it. */
  readonly task: number
  readonly collection: number
}

async function worst(run: () => Promise<unknown>): Promise<Held> {
  const collections: { startTime: number; duration: number }[] = []
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  const turns = [performance.now()]
  let isWatching = true
  const watch = () => {
    turns.push(performance.now())
    if (isWatching) setImmediate(watch)
  }
  histogram.enable()
  await nextTask()
  setImmediate(watch)
  await run()
  isWatching = false
  await new Promise((resolve) => setTimeout(resolve, 20))
  histogram.disable()
  observer.disconnect()
  let task = 0
  for (const [i, begin] of turns.entries()) {
    const end = turns[i + 1] ?? begin
    if (end - begin <= task) continue
    const within = collections.filter((one) => one.startTime >= begin && one.startTime < end)
    task = Math.max(task, end - begin - within.reduce((sum, one) => sum + one.duration, 0))
  }
  const collection = Math.max(0, ...collections.map(({ duration }) => duration))
  return { max: histogram.max / 1e6, p99: histogram.percentile(99) / 1e6, task, collection }
}

/** The event loop while 10,000 entries are imported under 1,000 rules, and while rules are built. */
export async function benchDelay(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'facet-bench-'))
  const store = await openSqliteStore(join(directory, 'facet.db'))
  const { catalog, writer } = writerOver(store)
  const engine = createEngine(catalog)
  const filters = mixedFilters(1000).map((filter) => [filter])
  const records = toolRecords(10_000)
  // A service that has just started compiles its own code while it works; that is not what is asked.
  const { catalog: other, writer: first } = writerOver(store)
  await first.commit({
    put: toolRecords(2_000).map((one) => ({ ...one, id: `x${one.id}` })),
    remove: [],
  })
  await first.commit({ put: [], remove: other.list('tool').map(({ record }) => record.id) })
  const report = (what: string, { max, p99, task, collection }: Held) => {
    const delay = `delay max ${ms(max)}, p99 ${ms(p99)}`
    const shown = `longest task ${ms(task)}; with collections (longest ${ms(collection)}) ${delay}`
    row(what, shown, 'tasks of 10 ms', task < 10)
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
  await store.close()
  rmSync(directory, { recursive: true })
}

function writerOver({ entries }: Store): { catalog: Catalog; writer: CatalogWriter } {
  const catalog = new Catalog()
  for (const [i, id] of SOURCES.entries()) {
    catalog.setSource({ id, sequence: i + 1, tags: [], federated: false, prefix: '' })
  }
  return { catalog, writer: new CatalogWriter(entries, catalog) }
}
