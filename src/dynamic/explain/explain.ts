import type { Entry } from '../../catalog/entry.ts'
import { short } from '../../rules/explain/show-value.ts'
import { type TraceBudget, traceBudget } from '../../rules/explain/trace.ts'
import type {
  EnabledStage,
  ExplainedEntry,
  Explanation,
  Nearest,
  SelectStage,
  Stage,
} from './answer.ts'
import { explainRule, type JudgedRule } from './explain-rule.ts'
import { budgetStage, listedStage, nameIn, type Subject, shadowStage } from './later-stages.ts'
import { nearestSelection } from './nearest.ts'
import { nearestInBudget, nearestUnshadowed } from './nearest-later.ts'
import { nearestFitting, overrideStage } from './override-stage.ts'
import { nearestApproved, reviewStage } from './review-stage.ts'
import { summarize } from './summary.ts'

/** The server an entry is explained for. */
export interface ExplainedServer {
  readonly id: string | null
  readonly status: Explanation['status']
  /** Whether clients are shown the entry at this moment. */
  readonly serves: (entry: Entry) => boolean
}

/** Most other entries of a name that are listed. */
const MAX_OTHERS = 20

/**
 * Why an entry is in a server, or why not. Everything is read from the view and the membership that
 * lists are made from; clauses are evaluated with the code that evaluates filters.
 */
export function explain(
  subject: Subject,
  server: ExplainedServer,
  others: readonly Entry[],
): Explanation {
  const { entry, view } = subject
  const budget = traceBudget()
  const rules = judgeRules(subject, budget)
  const enabled = enabledStage(entry)
  const selected = subject.membership.members(entry.record.type).has(subject.slot)
  const select = selectStage(rules, selected, entry)
  const review = reviewStage(subject, server.status, selected)
  const isAdmitted = selected && review.passed !== false
  const override = overrideStage(subject, isAdmitted)
  const isPresented = isAdmitted && override.passed !== false
  const shadow = shadowStage(subject, isPresented)
  const fits = budgetStage(subject, isPresented && shadow.passed === true)
  const name = nameIn(view, entry)
  const isIn = name !== null
  const listed = listedStage(subject, name)
  const stages: Stage[] = [enabled, select, review, override, shadow, fits, listed]
  const nearest = ((): Nearest | null => {
    if (isIn) return null
    if (!selected) return nearestSelection(subject, rules, budget)
    if (review.passed === false) return nearestApproved(subject)
    if (override.passed === false) return nearestFitting(override)
    if (shadow.passed === false) return nearestUnshadowed(subject, shadow)
    return nearestInBudget(subject, fits)
  })()
  const answer = {
    server: server.id,
    status: server.status,
    entry: presentEntry(entry),
    in: isIn,
    name,
    served: server.serves(entry),
    stages,
    nearest,
    others: others
      .slice(0, MAX_OTHERS)
      .map(({ record }) => ({ id: record.id, source: record.source })),
  }
  return { ...answer, summary: summarize(answer) }
}

function judgeRules({ entry, slot, membership }: Subject, budget: TraceBudget): JudgedRule[] {
  return membership.rules
    .filter(({ compiled }) => compiled.rule.type === entry.record.type)
    .map((use) => explainRule(use, entry, slot, budget))
}

function enabledStage({ document }: Entry): EnabledStage {
  return document.enabled
    ? { stage: 'enabled', passed: true, text: 'it is enabled' }
    : { stage: 'enabled', passed: false, text: 'it is disabled, so no server shows it' }
}

function selectStage(
  rules: readonly JudgedRule[],
  selected: boolean,
  { document }: Entry,
): SelectStage {
  const shown = rules.map((rule) => rule.shown)
  const included = shown.filter(({ effect, takes }) => effect === 'include' && takes)
  const excluded = shown.filter(({ effect, takes }) => effect === 'exclude' && takes)
  const because = excluded.length > 0 ? excluded : included
  const reasons = because.map(({ text }) => text).join('; ')
  const type = document.type.replaceAll('_', ' ')
  const none = shown.length === 0 ? `no rule is for entries of type ${type}` : 'no rule includes it'
  const passed = document.enabled ? selected : null
  const text = included.length === 0 && excluded.length === 0 ? none : reasons
  return { stage: 'select', passed, text, rules: shown }
}

function presentEntry({ document }: Entry): ExplainedEntry {
  const { id, type, name, title, uri, uriTemplate, source, federated } = document
  const address = uri ?? uriTemplate
  return {
    id,
    type,
    name,
    ...(title === undefined ? {} : { title: short(title, 200) }),
    ...(address === undefined ? {} : { uri: address }),
    source,
    federated,
  }
}
