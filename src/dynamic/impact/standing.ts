import type { Entry } from '../../catalog/entry.ts'
import { admits, type Verdict } from '../../rules/filter.ts'
import type { CompiledRule } from '../compile.ts'

/** What a rule says of an entry. */
export type Says = (rule: CompiledRule) => Verdict

/**
 * Where rules put one entry: the index of the first include rule that takes it, or undefined when
 * it is not a member. The same decision that a membership makes over whole sets.
 */
export function standingOf(
  rules: readonly CompiledRule[],
  entry: Entry | undefined,
  says: Says,
): number | undefined {
  if (!entry) return undefined
  let first: number | undefined
  for (const compiled of rules) {
    const { type, effect, include_federated } = compiled.rule
    if (type !== entry.record.type) continue
    if (effect === 'exclude') {
      if (admits(says(compiled), effect)) return undefined
    } else if (first === undefined && (include_federated || !entry.source.federated)) {
      if (admits(says(compiled), effect)) first = compiled.index
    }
  }
  return first
}
