import type { Entry } from '../../catalog/entry.ts'
import { exposedName, type Naming } from '../../catalog/exposed-name.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { ServerDefinition } from '../definition.ts'
import { GATE_NAMES } from '../guards/gate-tools.ts'
import { reservedNames } from '../search/meta-tools.ts'
import type { Shadowed } from './shadow.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * Names that entries of a type cannot have on a server: those of its own tools and, as soon as there
 * is a group of entries to unlock anywhere, those of the tools that ask for codes.
 */
export function namesTaken(
  type: EntryType,
  definition: ServerDefinition,
  hasCodes: boolean,
): ReadonlySet<string> {
  if (type !== 'tool' || (definition.exposure === 'direct' && !hasCodes)) return NONE
  const own = reservedNames(definition)
  return hasCodes ? new Set([...own, ...GATE_NAMES]) : own
}

/** Leaves out tools that have the name of one of the server's own, and says so. */
export function withoutReserved(
  tools: readonly Entry[],
  naming: Naming,
  reserved: ReadonlySet<string>,
): { shown: readonly Entry[]; shadowed: readonly Shadowed[] } {
  if (reserved.size === 0) return { shown: tools, shadowed: [] }
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
