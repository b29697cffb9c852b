import type { Entry } from '../../catalog/entry.ts'
import { short } from '../../rules/explain/show-value.ts'
import { type TraceBudget, traceBudget } from '../../rules/explain/trace.ts'
import type {
  EnabledStage,
  ExplainedEntry,
  Explanation,
  HideStage,
  Nearest,
  SelectStage,
  Stage,
} from './answer.ts'
import { explainRule, type JudgedRule } from './explain-rule.ts'
import {
  budgetStage,
  listedStage,
  NOT_REACHED,
  nameIn,
  type Subject,
  shadowStage,
} from './later-stages.ts'
import { nearestSelection } from './nearest.ts'
import { nearestInBudget, nearestUnshadowed } from './nearest-later.ts'
import { nearestFitting, overrideStage } from './override-stage.ts'
import { notReached, type Permitted } from './permit-stage.ts'
import { nearestApproved, reviewStage } from './review-stage.ts'
import { summarize } from './summary.ts'

/** The server an entry is explained for. */
export interface ExplainedServer {
  readonly id: string | null
  readonly status: Explanation['status']
  /** Whether clients are shown the entry at this moment. */
  readonly serves: (entry: Entry) => boolean
  readonly caller: Explanation['caller']
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
  permitted: Permitted,
  others: readonly Entry[],
): Explanation {
  const { entry, seen } = subject
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
  const isShown = isPresented && shadow.passed === true
  const permit = isShown ? permitted.stage : notReached(permitted.stage)
  const fits = budgetStage(subject, isShown && permit.passed !== false)
  const name = nameIn(seen, entry)
  const isIn = name !== null
  const hide: HideStage =
    isIn || permitted.hide.passed === null ? permitted.hide : { stage: 'hide', ...NOT_REACHED }
  const listed = listedStage(subject, name)
  const stages: Stage[] = [enabled, select, review, override, shadow, permit, fits, hide, listed]
  const nearest = ((): Nearest | null => {
    if (isIn) return null
    if (!selected) return nearestSelection(subject, rules, budget)
    if (review.passed === false) return nearestApproved(subject)
    if (override.passed === false) return nearestFitting(override)
    if (shadow.passed === false) return nearestUnshadowed(subject, shadow)
    if (permit.passed === false) return permitted.nearest
    return nearestInBudget(subject, fits)
  })()
  const answer = {
    server: server.id,
    status: server.status,
    entry: presentEntry(entry),
    in: isIn,
    name,
    served: server.serves(entry),
    caller: server.caller,
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
