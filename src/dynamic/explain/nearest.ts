import { type Edit, edited, set } from '../../rules/explain/edit.ts'
import { quoted } from '../../rules/explain/show-value.ts'
import { type Suggestion, suggestChanges } from '../../rules/explain/suggest.ts'
import { type TraceBudget, traceFilter } from '../../rules/explain/trace.ts'
import { admits } from '../../rules/filter.ts'
import type { Nearest, NearestChange } from './answer.ts'
import { type JudgedRule, verdictOf } from './explain-rule.ts'
import type { Subject } from './later-stages.ts'

/** Changes of an entry and its rules that may let the entry in. */
interface Plan {
  readonly changes: readonly NearestChange[]
  readonly edits: readonly Edit[]
  /** Whether every change can be tried out. */
  readonly isComplete: boolean
  readonly cost: number
}

/** Include rules that are looked at closely: those that cost least. */
const TRIED = 5

/**
 * What would have to change for the rules to select an entry: the include rule that costs least,
 * and whatever it takes to leave the exclude rules. Plans are tried out on a copy of the entry;
 * the cheapest that is not found wanting is the answer.
 */
export function nearestSelection(
  subject: Subject,
  rules: readonly JudgedRule[],
  budget: TraceBudget,
): Nearest {
  const includes = rules.filter(({ shown }) => shown.effect === 'include')
  const plans = includes
    .map((rule) => ({ rule, plan: joinBy(rule, subject) }))
    .sort((a, b) => a.plan.cost - b.plan.cost)
    .slice(0, TRIED)
  if (plans.length === 0) return addRule(subject)
  const candidates: Nearest[] = []
  for (const { rule, plan } of plans) {
    const candidate = leaveExcludes(rule, plan, subject, rules, budget)
    if (candidate.enough !== false) return candidate
    candidates.push(candidate)
    if (budget.left < 0) break
  }
  return candidates[0]!
}

function addRule({ entry }: Subject): Nearest {
  const noun = entry.record.type.replaceAll('_', ' ')
  const text = `add an include rule for entries of type ${noun}`
  return { rule: null, excluded_by: [], changes: [{ on: 'server', text }], enough: null }
}

/** What one include rule asks for to take the entry. */
function joinBy({ use, traced, shown }: JudgedRule, { entry }: Subject): Plan {
  const { index, rule, filter } = use.compiled
  const changes: NearestChange[] = []
  const edits: Edit[] = []
  let cost = 0
  let isComplete = true
  if (!entry.document.enabled) {
    changes.push({ on: 'entry', text: 'enable the entry: set enabled to true' })
    edits.push(set(['enabled'], true))
  }
  if (filter && traced) {
    const { document, source } = entry
    const entryOf = { document, federated: source.federated }
    const suggested = suggestChanges(traced, true, filter, entryOf)
    cost += suggested.cost
    changes.push(...suggested.changes.map((change) => onEntry(change, index)))
    edits.push(...suggested.changes.flatMap(({ edit }) => edit ?? []))
    isComplete = suggested.changes.every(({ edit }) => edit)
  }
  if (entry.source.federated && !rule.include_federated) {
    cost++
    const text = `set include_federated to true on rules[${index}]: the entry is of an upstream`
    changes.push({ on: 'rule', text, rule: index })
  }
  if (shown.selection && !shown.selection.chosen) {
    cost += 5
    isComplete = false
    changes.push({
      on: 'rule',
      text: byMeaning(rule.mode, index, entry.document.name),
      rule: index,
    })
  }
  return { changes, edits, isComplete, cost }
}

function byMeaning(mode: string, index: number, name: string): string {
  if (mode !== 'llm')
    return `make the query of rules[${index}] closer to the entry, or its k larger`
  return `have the model of rules[${index}] choose it, or add ${quoted(name)} to its always`
}

/** Adds what it takes for no exclude rule to take the entry, as a plan would leave it. */
function leaveExcludes(
  include: JudgedRule,
  plan: Plan,
  subject: Subject,
  rules: readonly JudgedRule[],
  budget: TraceBudget,
): Nearest {
  const { federated } = subject.entry.source
  const changes = [...plan.changes]
  const edits = [...plan.edits]
  const excludedBy: number[] = []
  let { isComplete } = plan
  for (const { use, shown } of rules) {
    if (shown.effect !== 'exclude') continue
    const { filter, index, rule } = use.compiled
    const document = edited(subject.entry.document, edits)
    const traced = filter && traceFilter(filter, document, budget)
    const stays = shown.selection && !shown.selection.chosen && verdictMatches(shown.verdict)
    if (stays || (traced && !admits(verdictOf(traced), 'exclude'))) continue
    excludedBy.push(index)
    if (!filter || !traced || rule.mode !== 'rule') {
      isComplete = false
      changes.push({ on: 'rule', text: `change rules[${index}], which excludes it`, rule: index })
      continue
    }
    const { changes: suggested } = suggestChanges(traced, false, filter, { document, federated })
    changes.push(...suggested.map((change) => onEntry(change, index)))
    edits.push(...suggested.flatMap(({ edit }) => edit ?? []))
    if (suggested.some(({ edit }) => !edit)) isComplete = false
  }
  const { index } = include.use.compiled
  const enough = isComplete ? selects(include, subject, edits, rules, budget) : null
  return { rule: index, excluded_by: excludedBy, changes, enough }
}

function verdictMatches(verdict: string | undefined): boolean {
  return verdict === undefined || verdict === 'match'
}

function onEntry({ text, clause }: Suggestion, rule: number): NearestChange {
  return { on: 'entry', text, rule, clause }
}

/** Tries a plan out: whether its rule would take the entry and no exclude rule would. */
function selects(
  include: JudgedRule,
  { entry }: Subject,
  edits: readonly Edit[],
  rules: readonly JudgedRule[],
  budget: TraceBudget,
): boolean {
  const document = edited(entry.document, edits)
  const says = ({ use, shown }: JudgedRule, effect: 'include' | 'exclude') => {
    const verdict = use.compiled.filter?.evaluate(document, undefined, budget) ?? 'match'
    return admits(verdict, effect) && (shown.selection?.chosen ?? true)
  }
  const excluded = rules.some((rule) => rule.shown.effect === 'exclude' && says(rule, 'exclude'))
  return says(include, 'include') && !excluded
}
