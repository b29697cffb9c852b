import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { CompiledRule } from '../compile.ts'
import type { EditLog } from './edit-log.ts'
import type { Dependent, RuleSet } from './rule-set.ts'

/** A rule and the entries it takes. */
export interface RuleInUse {
  readonly compiled: CompiledRule
  readonly set: RuleSet
}

/** What changed of the members of a type: anything, and what lists show; numbers that only grow. */
export interface Versions {
  readonly any: number
  readonly shown: number
}

/**
 * The entries that the rules of one server select: the union of what the include rules match, minus
 * what the exclude rules match or cannot decide. Told of every change of its rules' sets, and
 * never evaluates anything itself. Members that were changed in place are noticed when somebody asks.
 */
export class Membership implements Dependent {
  readonly rules: readonly RuleInUse[]
  readonly #byType: ReadonlyMap<EntryType, readonly RuleInUse[]>
  readonly #members: ReadonlyMap<EntryType, SlotSet>
  readonly #edits: ReadonlyMap<EntryType, EditLog>
  readonly #versions = new Map<EntryType, Versions>()
  /** How much of the edits has been looked at. */
  readonly #looked = new Map<EntryType, number>()
  readonly #listeners = new Set<(type: EntryType) => void>()
  #closed = false

  /** The sets of the rules must be complete. */
  constructor(
    rules: readonly RuleInUse[],
    catalog: Catalog,
    edits: ReadonlyMap<EntryType, EditLog>,
  ) {
    this.rules = rules
    this.#edits = edits
    this.#byType = Map.groupBy(rules, ({ compiled }) => compiled.rule.type)
    this.#members = new Map(ENTRY_TYPES.map((type) => [type, this.#select(type, catalog)]))
    for (const type of ENTRY_TYPES) {
      this.#versions.set(type, { any: 0, shown: 0 })
      this.#looked.set(type, edits.get(type)!.length)
    }
    for (const { set } of rules) set.dependents.add(this)
  }

  /** Slots of the members of a type; changes with the catalog. */
  members(type: EntryType): SlotSet {
    return this.#members.get(type)!
  }

  /** Grows whenever members of a type come, go or change in any way. */
  versions(type: EntryType): Versions {
    const log = this.#edits.get(type)!
    const looked = this.#looked.get(type)!
    if (log.length !== looked) {
      this.#looked.set(type, log.length)
      const edit = log.since(looked, this.members(type))
      if (edit !== 'none') this.#grow(type, edit === 'shown')
    }
    return this.#versions.get(type)!
  }

  /**
   * Told the type whenever members come or go, or are included by other rules; not when they were
   * changed in place.
   */
  subscribe(listener: (type: EntryType) => void): void {
    this.#listeners.add(listener)
  }

  /** Indexes of the include rules that match the entry of a slot. */
  matchedBy(type: EntryType, slot: number, federated: boolean): number[] {
    return this.#rulesOf(type)
      .filter(({ compiled, set }) => {
        const { rule } = compiled
        return rule.effect === 'include' && takes(rule, federated) && set.matched.has(slot)
      })
      .map(({ compiled }) => compiled.index)
  }

  /** Decides again whether the entry of a slot is a member; without an entry it is not. */
  update(type: EntryType, slot: number, entry: Entry | undefined): void {
    const members = this.members(type)
    const belongs = entry !== undefined && this.#selects(type, slot, entry.source.federated)
    const moved = belongs ? members.add(slot) : members.delete(slot)
    // Another rule may be the first to include it now, which decides what a budget leaves out.
    if (moved || belongs) this.touch(type)
  }

  /** Notes that members of a type look different, though they are the same. */
  touch(type: EntryType): void {
    this.#grow(type, true)
    for (const listener of this.#listeners) listener(type)
  }

  /** Whether it has been given back, and no longer follows the catalog. */
  get isClosed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#closed = true
    for (const { set } of this.rules) set.dependents.delete(this)
    this.#listeners.clear()
  }

  #grow(type: EntryType, shown: boolean): void {
    const { any, shown: before } = this.#versions.get(type)!
    this.#versions.set(type, { any: any + 1, shown: before + (shown ? 1 : 0) })
  }

  #rulesOf(type: EntryType): readonly RuleInUse[] {
    return this.#byType.get(type) ?? []
  }

  #selects(type: EntryType, slot: number, federated: boolean): boolean {
    let included = false
    for (const { compiled, set } of this.#rulesOf(type)) {
      if (compiled.rule.effect === 'exclude') {
        if (set.matched.has(slot) || set.failed.has(slot)) return false
      } else if (!included) {
        included = takes(compiled.rule, federated) && set.matched.has(slot)
      }
    }
    return included
  }

  #select(type: EntryType, catalog: Catalog): SlotSet {
    const selected = new SlotSet()
    for (const { compiled, set } of this.#rulesOf(type)) {
      if (compiled.rule.effect === 'include') selected.addAll(taken({ compiled, set }, catalog))
    }
    for (const { compiled, set } of this.#rulesOf(type)) {
      if (compiled.rule.effect === 'exclude') selected.deleteAll(taken({ compiled, set }, catalog))
    }
    return selected
  }
}

function takes(rule: CompiledRule['rule'], federated: boolean): boolean {
  return !federated || rule.include_federated
}

/** The slots a rule adds or takes away, as a set that is not to be changed. */
export function taken({ compiled, set }: RuleInUse, catalog: Catalog): SlotSet {
  const { rule } = compiled
  if (rule.effect === 'exclude') {
    if (set.failed.size === 0) return set.matched
    const all = set.matched.clone()
    for (const slot of set.failed.keys()) all.add(slot)
    return all
  }
  const { federated } = catalog.index(rule.type)
  if (rule.include_federated || federated.size === 0) return set.matched
  return set.matched.clone().deleteAll(federated)
}
