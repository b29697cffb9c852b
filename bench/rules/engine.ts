import { setImmediate as nextTask } from 'node:timers/promises'
import { LOCAL } from '../../src/access/caller.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import { Resolver } from '../../src/dynamic/resolve.ts'
import { Servers } from '../../src/dynamic/servers.ts'
import { createMetrics } from '../../src/observability/metrics.ts'

export interface Engine {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly resolver: Resolver
}

export const CALLER = { ...LOCAL, id: 'bench' }

/** The engine over a catalog, with nothing stored and nobody listening. */
export function engineOver(catalog: Catalog): Engine {
  const now = () => new Date()
  const nothing = { all: async () => [], put: async () => undefined, remove: async () => undefined }
  const servers = new Servers(nothing as unknown as ConstructorParameters<typeof Servers>[0], now)
  const context = { catalog, servers, metrics: createMetrics(), now } as unknown
  const resolver = new Resolver(context as ConstructorParameters<typeof Resolver>[0])
  return { catalog, servers, resolver }
}

/** Makes one server for each list of filters. */
export async function addServers(
  { servers }: Engine,
  rules: readonly (readonly string[])[],
  from = 0,
): Promise<void> {
  for (const [i, filters] of rules.entries()) {
    const definition = serverDefinition.parse({
      name: `s${from + i}`,
      rules: filters.map((filter) => ({ type: 'tool', filter })),
    })
    await servers.put(`s${from + i}`, definition, 'rest', CALLER)
    if (i % 100 === 0) await nextTask()
  }
}

/** Resolves every server once, all at the same time. */
export async function resolveAll({ resolver }: Engine, count: number): Promise<number> {
  const all = Array.from({ length: count }, (_, i) => resolver.resolve(`s${i}`, CALLER))
  const views = await Promise.all(all)
  return views.reduce((sum, view) => sum + view.lists.get('tool')!.length, 0)
}
