import type { Entry } from '../../catalog/entry.ts'
import { exposedName } from '../../catalog/exposed-name.ts'
import { comparePlaces, placeOf } from '../../catalog/order.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { ServerDefinition } from '../definition.ts'
import type { List } from '../list.ts'
import { nameKey } from './name-records.ts'
import type { Review, Withheld } from './stage.ts'

/** The entry a name was approved to mean, if it is another one; undefined for a name that is free. */
export function holderOf(
  entry: Entry,
  { naming }: Pick<ServerDefinition, 'naming'>,
  { server, approvals }: Review,
): string | undefined {
  const { id, type } = entry.record
  const holder = approvals.holder(server, nameKey(type, exposedName(entry, naming)))
  return holder === id ? undefined : holder
}

/**
 * Withholds members that would be shown under a name clients know as another entry. Behind a member
 * that has its own name back they are left to clashes, which the earlier one wins.
 */
export function keepNames(
  members: readonly Entry[],
  definition: ServerDefinition,
  review: Review,
): { members: readonly Entry[]; withheld: readonly Withheld[] } {
  if (definition.admission === 'auto' || !review.approvals.hasNames(review.server)) {
    return { members, withheld: [] }
  }
  const byId = new Map(members.map((entry) => [entry.record.id, entry]))
  const withheld: Withheld[] = []
  const kept = members.filter((entry) => {
    const holder = holderOf(entry, definition, review)
    if (holder === undefined) return true
    const other = byId.get(holder)
    if (other && losesTo(entry, other, definition)) return true
    const { id, type, source } = entry.record
    const name = entry.document.name
    const held = { state: 'pending', reason: 'name', held: true, kept: false } as const
    withheld.push({ type, id, name, source, ...held })
    return false
  })
  return { members: withheld.length === 0 ? members : kept, withheld }
}

function losesTo(
  entry: Entry,
  other: Entry,
  { naming }: Pick<ServerDefinition, 'naming'>,
): boolean {
  const isSame = exposedName(entry, naming) === exposedName(other, naming)
  return isSame && comparePlaces(placeOf(other), placeOf(entry)) < 0
}

/** Names that a list shows and that meant nothing before, each with its entry. */
export function newNames(type: EntryType, list: List, { server, approvals }: Review) {
  return list.entries.flatMap((entry): [key: string, holder: string][] => {
    const key = nameKey(type, exposedName(entry, list.naming))
    return approvals.holder(server, key) === undefined ? [[key, entry.record.id]] : []
  })
}
