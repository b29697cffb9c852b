import { setImmediate as nextTask } from 'node:timers/promises'
import { LOCAL } from '../../src/access/caller.ts'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import type { Engine } from '../../tests/support/engine.ts'

export const CALLER = { ...LOCAL, id: 'bench' }

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
