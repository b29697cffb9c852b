import type { Entry } from '../../catalog/entry.ts'
import { exposedName, type Naming } from '../../catalog/exposed-name.ts'
import type { EntryType } from '../../rules/fields.ts'

/** A member left out because an earlier one has the same exposed name or URI. */
export interface Shadowed {
  readonly type: EntryType
  readonly id: string
  readonly name: string
  readonly source: string
  /** Id of the entry that is shown instead; its own name when that is one of the server's tools. */
  readonly by: string
}

/**
 * Settles clashes: of members with one exposed name the first in order is shown. Only names that
 * several entries of the catalog have are looked at.
 */
export function shadow(
  members: readonly Entry[],
  naming: Naming,
  contested: ReadonlySet<string>,
): { shown: readonly Entry[]; shadowed: readonly Shadowed[] } {
  if (contested.size === 0) return { shown: members, shadowed: [] }
  const first = new Map<string, string>()
  const shadowed: Shadowed[] = []
  const shown = members.filter((entry) => {
    const name = exposedName(entry, naming)
    if (!contested.has(name)) return true
    const { id, type, source } = entry.record
    const by = first.get(name)
    if (by === undefined) first.set(name, id)
    else shadowed.push({ type, id, name, source, by })
    return by === undefined
  })
  return { shown: shadowed.length === 0 ? members : shown, shadowed }
}
