import type { Entry } from '../../catalog/entry.ts'
import { exposedName, type Naming } from '../../catalog/exposed-name.ts'
import type { Shadowed } from './shadow.ts'

/** Leaves out tools that have the name of one of the server's own, and says so. */
export function withoutReserved(
  tools: readonly Entry[],
  naming: Naming,
  reserved: ReadonlySet<string>,
): { shown: readonly Entry[]; shadowed: readonly Shadowed[] } {
  const shadowed: Shadowed[] = []
  const shown = tools.filter((entry) => {
    const name = exposedName(entry, naming)
    if (!reserved.has(name)) return true
    const { id, type, source } = entry.record
    shadowed.push({ type, id, name, source, by: name })
    return false
  })
  return { shown, shadowed }
}
