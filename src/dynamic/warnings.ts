import type { CompiledRule } from './compile.ts'
import type { RuleReport } from './report.ts'
import type { Trimmed } from './stages/budget.ts'
import type { Shadowed } from './stages/shadow.ts'

/** Something that is allowed, but that the author of a rule will want to know. */
export interface PreviewWarning {
  readonly code:
    | 'no_match'
    | 'unknown_member'
    | 'federated_left_out'
    | 'undecided'
    | 'shadowed'
    | 'over_budget'
    | 'no_rules'
    | 'meta_tool_name'
    | 'pinned_unknown'
    | 'exposure_direct'
    | 'unjudged'
    | 'takes_most'
    | 'override_unfit'
    | 'override_unmatched'
  readonly rule?: number
  /** Index of the override it is about. */
  readonly override?: number
  readonly message: string
}

const FLAGS = {
  undecided: 'compares values that do not fit',
  exhausted: 'takes too much work',
  subject: 'tests texts that are too long',
} as const

/** Warnings about rules, from what they did. */
export function warningsOf(
  rules: readonly CompiledRule[],
  reports: readonly RuleReport[],
  shadowed: readonly Shadowed[],
  trimmed: readonly Trimmed[],
): PreviewWarning[] {
  const warnings: PreviewWarning[] = []
  if (rules.length === 0) {
    warnings.push({ code: 'no_rules', message: 'There are no rules, so there are no entries.' })
  }
  for (const report of reports) {
    const { rule, filter } = rules[report.index]!
    for (const { message } of filter?.warnings ?? []) {
      warnings.push({ code: 'unknown_member', rule: report.index, message })
    }
    for (const flag of report.flags) {
      const message = `On some entries the filter ${FLAGS[flag]}; those are ${rule.effect === 'include' ? 'left out' : 'kept out'}.`
      warnings.push({ code: 'undecided', rule: report.index, message })
    }
    if (report.federatedLeftOut > 0) {
      const message = `${report.federatedLeftOut} more entries of upstreams match; they join with "include_federated": true.`
      warnings.push({ code: 'federated_left_out', rule: report.index, message })
    }
    if (report.matched === 0) {
      const message = `The rule matches no ${rule.type.replaceAll('_', ' ')}.`
      warnings.push({ code: 'no_match', rule: report.index, message })
    }
  }
  // Tools that have the name of one of the server's own are reported where that is known.
  const clashes = shadowed.filter(({ by, name }) => by !== name)
  if (clashes.length > 0) {
    const names = [...new Set(clashes.map(({ name }) => name))].slice(0, 5).join(', ')
    const message = `${clashes.length} entries have a name that is taken by an earlier source: ${names}.`
    warnings.push({ code: 'shadowed', message })
  }
  if (trimmed.length > 0) {
    const names = trimmed.slice(0, 5).map(({ name }) => name)
    const message = `${trimmed.length} tools do not fit the budget (${trimmed[0]!.by}): ${names.join(', ')}.`
    warnings.push({ code: 'over_budget', message })
  }
  return warnings
}
