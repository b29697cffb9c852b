import type { Catalog } from '../catalog/catalog.ts'
import { ENTRY_TYPES } from '../rules/fields.ts'
import { type Membership, taken } from './membership/membership.ts'
import type { RuleFlag } from './membership/rule-set.ts'

/** What one rule does to a membership. */
export interface RuleReport {
  readonly index: number
  /** Entries the rule matches. */
  readonly matched: number
  /** Entries that would leave (or, for an exclude rule, join) without this rule. */
  readonly onlyHere: number
  /** Federated entries that would join if include_federated were true. */
  readonly federatedLeftOut: number
  readonly flags: readonly RuleFlag[]
}

/** What each rule does, in the order of the rules. */
export function reportsOf(membership: Membership, catalog: Catalog): RuleReport[] {
  return ENTRY_TYPES.flatMap((type) => reportType(membership, catalog, type)).sort(
    (a, b) => a.index - b.index,
  )
}

function reportType(
  membership: Membership,
  catalog: Catalog,
  type: (typeof ENTRY_TYPES)[number],
): RuleReport[] {
  const rules = membership.rules
    .filter(({ compiled }) => compiled.rule.type === type)
    .map((rule) => ({ ...rule, slots: taken(rule, catalog) }))
  const includes = new Map<number, number>()
  const excludes = new Map<number, number>()
  for (const { compiled, slots } of rules) {
    const counts = compiled.rule.effect === 'include' ? includes : excludes
    slots.each((slot) => void counts.set(slot, (counts.get(slot) ?? 0) + 1))
  }
  return rules.map(({ compiled, set, slots }) => {
    const { rule, index } = compiled
    const isInclude = rule.effect === 'include'
    let onlyHere = 0
    slots.each((slot) => {
      const alone = isInclude
        ? includes.get(slot) === 1 && !excludes.has(slot)
        : excludes.get(slot) === 1 && includes.has(slot)
      if (alone) onlyHere++
    })
    return {
      index,
      matched: slots.size,
      onlyHere,
      federatedLeftOut: isInclude ? set.matched.size - slots.size : 0,
      flags: [...new Set(set.failed.values())],
    }
  })
}
