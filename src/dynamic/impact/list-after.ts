import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { exposedName, shownName } from '../../catalog/exposed-name.ts'
import { compareEntries } from '../../catalog/order.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Held } from '../held.ts'
import { List } from '../list.ts'
import { namesOf, present } from '../overrides/stage.ts'
import { keepNames } from '../review/names.ts'
import { type Review, review } from '../review/stage.ts'
import { trim } from '../stages/budget.ts'
import { namesTaken, withoutReserved } from '../stages/reserved.ts'
import { shadow } from '../stages/shadow.ts'
import { tokensOf } from '../tokens.ts'

/** An entry that would be a member, and the first include rule that takes it. */
export interface Member {
  readonly entry: Entry
  readonly rule: number
}

/** What decides over a list besides its members. */
export interface ListContext {
  readonly approvals: Review['approvals']
  /** Whether there is a group of entries to unlock, anywhere. */
  readonly hasCodes: boolean
}

/**
 * The list a server would show of one type if the touched entries gave way to others: the stages
 * of a view over members that are not all in the catalog.
 *
 * @param touched ids of the entries that change, whether they stay members or not.
 */
export function listAfter(
  type: EntryType,
  { server, membership }: Held,
  catalog: Catalog,
  touched: ReadonlySet<string>,
  members: readonly Member[],
  { approvals, hasCodes }: ListContext,
): List {
  const { definition } = server
  const { naming, max_tools, max_tokens } = definition
  const index = catalog.index(type)
  const all = index
    .inOrder(membership.members(type))
    .map((slot) => index.at(slot)!)
    .filter(({ record }) => !touched.has(record.id))
  if (members.length > 0) all.push(...members.map(({ entry }) => entry))
  all.sort(compareEntries)
  const admitted = review(all, definition, { server: server.id, approvals })
  const reserved = namesTaken(type, definition, hasCodes)
  const after = new Map(members.map(({ entry }) => [entry.record.id, entry]))
  const current = (id: string) => after.get(id) ?? catalog.get(id)
  const presented = present(type, admitted.members, definition, current)
  const named = keepNames(presented.members, definition, { server: server.id, approvals })
  const free = withoutReserved(named.members, naming, reserved).shown
  // Names of the future and of the past are not in the index.
  const contested = new Set(index.names(naming).contested)
  for (const { entry } of members) contested.add(exposedName(entry, naming))
  for (const name of namesOf([...admitted.kept, ...presented.changed], definition)) {
    contested.add(name)
  }
  const { shown } = shadow(free, naming, contested)
  if (type !== 'tool' || (max_tools === null && max_tokens === null)) return new List(shown, naming)
  const ruleOf = new Map(members.map(({ entry, rule }) => [entry.record.id, rule]))
  const costed = shown.map((entry) => {
    const name = shownName(entry, naming)
    const rule = ruleOf.get(entry.record.id) ?? firstRule(entry)
    return { entry, name, rule, tokens: tokensOf({ entry, name }) }
  })
  const { kept } = trim(costed, definition)
  return new List(
    shown.filter(({ record }) => kept.has(record.id)),
    naming,
  )

  function firstRule({ record, source }: Entry): number {
    return membership.matchedBy(type, index.slotOf(record.id)!, source.federated)[0]!
  }
}
