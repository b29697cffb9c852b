import type { Entry } from '../../catalog/entry.ts'
import type { SlotSet } from '../../catalog/index/slot-set.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Verdict } from '../../rules/filter.ts'

/** Why a rule could not decide some entries; shown wherever the rule is. */
export type RuleFlag = Exclude<Verdict, 'match' | 'no_match'>

/** Somebody who has to know when the entry of a slot comes, goes or is matched differently. */
export interface Dependent {
  /** @param entry the entry as it is; undefined when it is gone or disabled. */
  update(type: EntryType, slot: number, entry: Entry | undefined): void
}

/** What one rule takes from the catalog, however that is worked out. */
export interface RuleSet {
  readonly type: EntryType
  /** Slots of the enabled entries the rule matches. */
  readonly matched: SlotSet
  /** Slots of those it could not decide, and why. */
  readonly failed: ReadonlyMap<number, RuleFlag>
  readonly dependents: Set<Dependent>
  /** Resolves when the set is complete; rejects when it cannot be worked out. */
  readonly ready: Promise<void>
}
