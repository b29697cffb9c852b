import type { Catalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import { shownName } from '../catalog/exposed-name.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { ServerDefinition } from './definition.ts'
import { List } from './list.ts'
import type { Membership } from './membership/membership.ts'
import { namesOf, present, type Unfit } from './overrides/stage.ts'
import { type Review, review, type Withheld } from './review/stage.ts'
import { reservedNames } from './search/meta-tools.ts'
import { type Trimmed, trim } from './stages/budget.ts'
import { withoutReserved } from './stages/reserved.ts'
import { type Shadowed, shadow } from './stages/shadow.ts'
import { tokensOf } from './tokens.ts'

const NONE: ReadonlySet<string> = new Set()

/** What the rules select of one type, after review, overrides, clashes and budget. */
export interface Arranged {
  readonly list: List
  readonly withheld: readonly Withheld[]
  readonly unfit: readonly Unfit[]
  readonly shadowed: readonly Shadowed[]
  readonly trimmed: readonly Trimmed[]
}

/**
 * What one kind of caller sees of one dynamic server. Every list, call, preview and notification
 * is made from a view, so they cannot disagree. A view never changes.
 */
export interface View {
  readonly server: string
  readonly definition: ServerDefinition
  readonly lists: ReadonlyMap<EntryType, List>
  /** Members that wait for a decision, or were rejected. */
  readonly withheld: readonly Withheld[]
  /** Members whose override does not fit them. */
  readonly unfit: readonly Unfit[]
  readonly shadowed: readonly Shadowed[]
  readonly trimmed: readonly Trimmed[]
  /** When the membership was looked at, in ms since the epoch. */
  readonly at: number
  /** When a frozen membership ends, in ms since the epoch; 0 for one that is always live. */
  readonly frozenUntil: number
}

/**
 * Turns the members of a type into the list clients see: select, then review, overrides, shadow and
 * budget.
 *
 * @param previous the list this one takes the place of
 * @param reviewed the server whose decisions count; without one all members count as approved,
 *   which is for simulations only
 */
export function arrange(
  type: EntryType,
  membership: Membership,
  catalog: Catalog,
  definition: ServerDefinition,
  previous?: List,
  reviewed?: Review,
): Arranged {
  const { naming } = definition
  const index = catalog.index(type)
  const selected = index.inOrder(membership.members(type)).map((slot) => index.at(slot)!)
  const admitted = reviewed
    ? review(selected, definition, reviewed)
    : { members: selected, withheld: [], kept: [] }
  const { members, changed, unfit } = present(type, admitted.members, definition, (id) =>
    catalog.get(id),
  )
  const reserved = type === 'tool' ? reservedNames(definition) : NONE
  const free =
    reserved.size > 0
      ? withoutReserved(members, naming, reserved)
      : { shown: members, shadowed: [] }
  const { contested } = index.names(naming)
  // Names of the past and names that were given are not in the index.
  const names = namesOf([...admitted.kept, ...changed], definition)
  const clashes = names.length > 0 ? new Set([...contested, ...names]) : contested
  const { shown, shadowed } = shadow(free.shown, naming, clashes)
  const { kept, trimmed } = withinBudget(type, shown, membership, catalog, definition)
  return {
    list: new List(kept, naming, { index: names.length > 0 ? undefined : index, previous }),
    withheld: admitted.withheld,
    unfit,
    shadowed: [...free.shadowed, ...shadowed],
    trimmed,
  }
}

function withinBudget(
  type: EntryType,
  shown: readonly Entry[],
  membership: Membership,
  catalog: Catalog,
  definition: ServerDefinition,
): { kept: readonly Entry[]; trimmed: readonly Trimmed[] } {
  const { max_tools, max_tokens, naming } = definition
  if (type !== 'tool' || (max_tools === null && max_tokens === null)) {
    return { kept: shown, trimmed: [] }
  }
  const index = catalog.index(type)
  const costed = shown.map((entry) => {
    const slot = index.slotOf(entry.record.id)!
    const name = shownName(entry, naming)
    const [rule] = membership.matchedBy(type, slot, entry.source.federated)
    return { entry, name, rule: rule!, tokens: tokensOf({ entry, name }) }
  })
  const { kept, trimmed } = trim(costed, definition)
  if (trimmed.length === 0) return { kept: shown, trimmed }
  return { kept: shown.filter(({ record }) => kept.has(record.id)), trimmed }
}

/** Puts the lists of all types together. */
export function toView(
  server: string,
  definition: ServerDefinition,
  arranged: ReadonlyMap<EntryType, Arranged>,
  at: number,
): View {
  const all = ENTRY_TYPES.map((type) => arranged.get(type)!)
  return {
    server,
    definition,
    lists: new Map(ENTRY_TYPES.map((type) => [type, arranged.get(type)!.list])),
    withheld: all.flatMap(({ withheld }) => withheld),
    unfit: all.flatMap(({ unfit }) => unfit),
    shadowed: all.flatMap(({ shadowed }) => shadowed),
    trimmed: all.flatMap(({ trimmed }) => trimmed),
    at,
    frozenUntil: 0,
  }
}
