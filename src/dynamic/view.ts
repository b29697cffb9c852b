import type { Catalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import { shownName } from '../catalog/exposed-name.ts'
import type { TypeIndex } from '../catalog/index/type-index.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { ServerDefinition } from './definition.ts'
import type { Gates } from './guards/groups.ts'
import { List } from './list.ts'
import type { Membership } from './membership/membership.ts'
import { namesOf, present, type Unfit } from './overrides/stage.ts'
import { keepNames } from './review/names.ts'
import { type Review, review, type Withheld } from './review/stage.ts'
import { type Trimmed, trim } from './stages/budget.ts'
import { namesTaken, withoutReserved } from './stages/reserved.ts'
import { type Shadowed, shadow } from './stages/shadow.ts'
import { tokensOf } from './tokens.ts'

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
  /** On what it was decided what the caller may use; empty for those who may use everything. */
  readonly signature: string
  /** What can be used. */
  readonly lists: ReadonlyMap<EntryType, List>
  /** What lists show of it: all but what the caller hid from themselves. */
  readonly listed: ReadonlyMap<EntryType, List>
  /** Members that wait for a decision, or were rejected. */
  readonly withheld: readonly Withheld[]
  /** Members whose override does not fit them. */
  readonly unfit: readonly Unfit[]
  readonly shadowed: readonly Shadowed[]
  readonly trimmed: readonly Trimmed[]
  /** The groups its caller has to unlock; unset where there is nothing to unlock. */
  readonly gates?: Gates | undefined
  /** When the membership was looked at, in ms since the epoch. */
  readonly at: number
  /** When a frozen membership ends, in ms since the epoch; 0 for one that is always live. */
  readonly frozenUntil: number
}

/** What the rules select of one type, after review, overrides and clashes: all that callers can be shown. */
export interface Contended {
  readonly shown: readonly Entry[]
  readonly withheld: readonly Withheld[]
  readonly unfit: readonly Unfit[]
  readonly shadowed: readonly Shadowed[]
  /** Whether some have other names than in the index of the catalog. */
  readonly isRenamed: boolean
  /** By entry, the first rule that includes it; there where the server has a budget. */
  readonly ranks: ReadonlyMap<string, number> | undefined
}

/** What besides members and definition decides what callers can be shown. */
export interface Contention {
  /** Whether there is a group of entries to unlock, anywhere. */
  readonly hasCodes: boolean
  /**
   * The server whose decisions count; without one all members count as approved, which is for
   * simulations only.
   */
  readonly reviewed?: Review | undefined
}

/**
 * Turns the members of a type into what callers can be shown: select, then review, overrides and
 * shadow.
 */
export function contend(
  type: EntryType,
  membership: Membership,
  catalog: Catalog,
  definition: ServerDefinition,
  { hasCodes, reviewed }: Contention,
): Contended {
  const { naming } = definition
  const index = catalog.index(type)
  const selected = index.inOrder(membership.members(type)).map((slot) => index.at(slot)!)
  const admitted = reviewed
    ? review(selected, definition, reviewed)
    : { members: selected, withheld: [], kept: [] }
  const { changed, unfit, ...presented } = present(type, admitted.members, definition, (id) =>
    catalog.get(id),
  )
  const { members, withheld } = reviewed
    ? keepNames(presented.members, definition, reviewed)
    : { members: presented.members, withheld: [] }
  const free = withoutReserved(members, naming, namesTaken(type, definition, hasCodes))
  const { contested } = index.names(naming)
  // Names of the past and names that were given are not in the index.
  const names = namesOf([...admitted.kept, ...changed], definition)
  const clashes = names.length > 0 ? new Set([...contested, ...names]) : contested
  const { shown, shadowed } = shadow(free.shown, naming, clashes)
  return {
    shown,
    withheld: [...admitted.withheld, ...withheld],
    unfit,
    shadowed: [...free.shadowed, ...shadowed],
    isRenamed: names.length > 0,
    ranks: hasBudget(type, definition) ? ranksOf(type, shown, membership, catalog) : undefined,
  }
}

/** The members of all types, as {@link contend} turns them. */
export function contendAll(
  membership: Membership,
  catalog: Catalog,
  definition: ServerDefinition,
  contention: Contention,
): ReadonlyMap<EntryType, Contended> {
  return new Map(
    ENTRY_TYPES.map((type) => {
      return [type, contend(type, membership, catalog, definition, contention)]
    }),
  )
}

export interface FitOptions {
  /** The index the entries are in, as they are here. */
  readonly index?: TypeIndex | undefined
  /** The list this one takes the place of. */
  readonly previous?: List | undefined
  /** Whether the caller may use an entry; everything when absent. */
  readonly permits?: ((entry: Entry) => boolean) | undefined
}

/** Makes the list of a caller of what can be shown: permit, then budget. */
export function listFor(
  { shown, withheld, unfit, shadowed, isRenamed, ranks }: Contended,
  definition: ServerDefinition,
  { index, previous, permits }: FitOptions,
): Arranged {
  const { naming } = definition
  const permitted = permits ? shown.filter(permits) : shown
  const { kept, trimmed } = withinBudget(permitted, ranks, definition)
  return {
    list: new List(kept, naming, { index: isRenamed ? undefined : index, previous }),
    // Of what a caller may not use nothing is told.
    withheld: permits ? [] : withheld,
    unfit: permits ? [] : unfit,
    shadowed: permits ? [] : shadowed,
    trimmed,
  }
}

function hasBudget(type: EntryType, { max_tools, max_tokens }: ServerDefinition): boolean {
  return type === 'tool' && (max_tools !== null || max_tokens !== null)
}

function ranksOf(
  type: EntryType,
  shown: readonly Entry[],
  membership: Membership,
  catalog: Catalog,
): ReadonlyMap<string, number> {
  const index = catalog.index(type)
  return new Map(
    shown.map(({ record: { id }, source }) => {
      const [rule] = membership.matchedBy(type, index.slotOf(id)!, source.federated)
      return [id, rule!]
    }),
  )
}

function withinBudget(
  shown: readonly Entry[],
  ranks: Contended['ranks'],
  definition: ServerDefinition,
): { kept: readonly Entry[]; trimmed: readonly Trimmed[] } {
  if (!ranks) return { kept: shown, trimmed: [] }
  const costed = shown.map((entry) => {
    const name = shownName(entry, definition.naming)
    return { entry, name, rule: ranks.get(entry.record.id)!, tokens: tokensOf({ entry, name }) }
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
  signature = '',
): View {
  const all = ENTRY_TYPES.map((type) => arranged.get(type)!)
  const lists = new Map(ENTRY_TYPES.map((type) => [type, arranged.get(type)!.list]))
  return {
    server,
    definition,
    signature,
    lists,
    listed: lists,
    withheld: all.flatMap(({ withheld }) => withheld),
    unfit: all.flatMap(({ unfit }) => unfit),
    shadowed: all.flatMap(({ shadowed }) => shadowed),
    trimmed: all.flatMap(({ trimmed }) => trimmed),
    at,
    frozenUntil: 0,
  }
}
