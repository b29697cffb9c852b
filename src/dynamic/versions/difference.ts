import type { Json, JsonObject } from '../../store/ports.ts'
import { type ContentChange, contentChanges, sameJson } from '../review/content.ts'

export interface RuleAt {
  readonly index: number
  readonly rule: Json
}

export interface RuleChange {
  readonly from_index: number
  readonly to_index: number
  readonly changes: readonly ContentChange[]
}

/** How one version of a server differs from another. */
export interface VersionDifference {
  /** Fields other than rules. */
  readonly fields: readonly ContentChange[]
  readonly rules: {
    readonly added: readonly RuleAt[]
    readonly removed: readonly RuleAt[]
    readonly changed: readonly RuleChange[]
    /** Whether rules that are in both stand in another order: it ranks tools under a budget. */
    readonly reordered: boolean
  }
}

export interface DifferenceSummary {
  readonly fields: readonly string[]
  readonly rules: {
    readonly added: number
    readonly removed: number
    readonly changed: number
    readonly reordered: boolean
  }
}

/**
 * Compares two definitions. Rules have no ids: equal rules are taken to be the same one; of the
 * others those that stand at the same place among the rest, with the same type, changed.
 */
export function differenceOf(from: JsonObject, to: JsonObject): VersionDifference {
  const { rules: before = [], ...fieldsBefore } = from
  const { rules: after = [], ...fieldsAfter } = to
  const left = rulesOf(before)
  const right = rulesOf(after)
  const order: number[] = []
  for (const rule of [...right]) {
    const same = left.find((other) => sameJson(other.rule, rule.rule))
    if (!same) continue
    left.splice(left.indexOf(same), 1)
    right.splice(right.indexOf(rule), 1)
    order.push(same.index)
  }
  const changed: RuleChange[] = []
  const removed = left.filter((old) => {
    const next = right.find((each) => typeOf(each) === typeOf(old))
    if (!next) return true
    right.splice(right.indexOf(next), 1)
    const changes = contentChanges(old.rule as JsonObject, next.rule as JsonObject)
    changed.push({ from_index: old.index, to_index: next.index, changes })
    return false
  })
  const reordered = order.some((index, i) => i > 0 && index < order[i - 1]!)
  return {
    fields: contentChanges(fieldsBefore, fieldsAfter),
    rules: { added: right, removed, changed, reordered },
  }
}

export function summaryOf({ fields, rules }: VersionDifference): DifferenceSummary {
  return {
    fields: fields.map(({ field }) => field),
    rules: {
      added: rules.added.length,
      removed: rules.removed.length,
      changed: rules.changed.length,
      reordered: rules.reordered,
    },
  }
}

function rulesOf(rules: Json): RuleAt[] {
  return Array.isArray(rules) ? rules.map((rule, index) => ({ index, rule })) : []
}

function typeOf({ rule }: RuleAt): Json | undefined {
  return (rule as JsonObject).type
}
