import type { Entry } from '../../catalog/entry.ts'
import { short } from '../../rules/explain/show-value.ts'
import {
  presentClause,
  type TraceBudget,
  type Traced,
  traceFilter,
} from '../../rules/explain/trace.ts'
import { admits, type Verdict } from '../../rules/filter.ts'
import { AskedSet } from '../membership/asked-set.ts'
import { ChosenSet } from '../membership/chosen-set.ts'
import type { RuleInUse } from '../membership/membership.ts'
import type { RuleSet } from '../membership/rule-set.ts'
import type { ExplainedRule, ExplainedSelection } from './answer.ts'

/** A rule as it is shown, with what is needed to look for what would turn it. */
export interface JudgedRule {
  readonly use: RuleInUse
  readonly traced: Traced | undefined
  readonly shown: ExplainedRule
}

const FAILED = {
  undecided: 'compares values that do not fit',
  exhausted: 'takes too much work',
  subject: 'tests a text that is too long',
} as const

/**
 * What one rule does with an entry, clause by clause.
 *
 * @param slot where the entry stands in the index of its type.
 */
export function explainRule(
  use: RuleInUse,
  entry: Entry,
  slot: number,
  budget: TraceBudget,
): JudgedRule {
  const { rule, filter, index } = use.compiled
  const traced = filter && traceFilter(filter, entry.document, budget)
  const verdict = traced ? verdictOf(traced) : 'match'
  const selection = rule.mode === 'rule' ? undefined : selectionOf(use.set, entry, slot)
  const matched = verdict === 'match' && (selection?.chosen ?? true)
  const failed = verdict !== 'match' && verdict !== 'no_match'
  const refused = rule.effect === 'include' && entry.source.federated && !rule.include_federated
  const takes = !refused && (matched || (failed && admits(verdict, rule.effect)))
  const shown: ExplainedRule = {
    index,
    mode: rule.mode,
    effect: rule.effect,
    include_federated: rule.include_federated,
    ...(filter ? { filter: filter.source, language: filter.language, verdict } : {}),
    matched,
    takes,
    text: inWords(use, { verdict, matched, refused, selection }),
    ...(filter && traced ? { clause: presentClause(traced, filter, entry.document) } : {}),
    ...(selection ? { selection } : {}),
  }
  return { use, traced, shown }
}

/** The verdict a traced filter came to. */
export function verdictOf({ value }: Traced): Verdict {
  if (value === 'true') return 'match'
  return value === 'false' ? 'no_match' : value
}

/** What stands behind the choice of a rule that is answered by meaning. */
function selectionOf(set: RuleSet, entry: Entry, slot: number): ExplainedSelection {
  const { id } = entry.record
  const chosen = entry.document.enabled && set.matched.has(slot)
  if (set instanceof ChosenSet) {
    const selected = set.live.explain(id)
    if (!selected) return { chosen }
    const { by, reason, rank } = selected
    return {
      chosen,
      by,
      ...(reason === undefined ? {} : { reason: short(reason, 240) }),
      ...(rank === undefined ? {} : { rank }),
    }
  }
  const reason = set instanceof AskedSet ? set.result.reasons.get(id) : undefined
  return reason === undefined ? { chosen } : { chosen, reason: short(reason, 240) }
}

interface Outcome {
  readonly verdict: Verdict
  readonly matched: boolean
  readonly refused: boolean
  readonly selection: ExplainedSelection | undefined
}

function inWords({ compiled }: RuleInUse, outcome: Outcome): string {
  const { rule, index } = compiled
  const { verdict, matched, refused, selection } = outcome
  const name = `rules[${index}]`
  const does = rule.effect === 'include' ? 'includes' : 'excludes'
  if (verdict !== 'match' && verdict !== 'no_match') {
    const so = rule.effect === 'include' ? 'does not include it' : 'excludes it'
    return `${name} ${FAILED[verdict]}, so it ${so}`
  }
  if (verdict === 'match' && selection && !selection.chosen) {
    const by = selection.by === undefined ? '' : ` (${selection.by})`
    const who = rule.mode === 'llm' ? 'the model' : 'the search'
    return `${name} lets it through, and ${who} did not choose it${by}`
  }
  if (!matched) return `${name} does not match it`
  if (refused) return `${name} matches it, and takes no entries of upstreams`
  return `${name} ${does} it`
}
