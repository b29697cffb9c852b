import { setImmediate as nextTask } from 'node:timers/promises'
import type { Catalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import type { Metrics } from '../observability/metrics.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import { admits, type Verdict } from '../rules/filter.ts'
import type { Selector } from '../selection/selector.ts'
import type { CompiledRule } from './compile.ts'

/** An entry that rules select, and the include rules that do. */
export interface Member {
  readonly entry: Entry
  readonly matchedBy: readonly number[]
}

/** Why a rule could not decide some entries; shown wherever the rule is. */
export type RuleFlag = Exclude<Verdict, 'match' | 'no_match'>

/** What one rule did. */
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

export interface Selection {
  readonly members: ReadonlyMap<EntryType, readonly Member[]>
  readonly rules: readonly RuleReport[]
}

export interface SelectContext {
  readonly catalog: Catalog
  readonly selector: Selector
  readonly metrics: Metrics
}

/** How long evaluation goes on before other work gets its turn, in ms. */
const SLICE = 5
const CHECK_EVERY = 64

interface Outcome {
  readonly rule: CompiledRule
  readonly matched: ReadonlySet<string>
  readonly federatedLeftOut: number
  readonly flags: ReadonlySet<RuleFlag>
}

/**
 * Evaluates rules over the catalog as it is now: the union of what the include rules match, minus
 * what the exclude rules match; enabled entries only, in catalog order. Yields while it works and
 * does not see changes that happen meanwhile.
 *
 * @throws {FacetError} when a rule cannot be evaluated; a failure is never an empty set.
 */
export async function select(
  context: SelectContext,
  rules: readonly CompiledRule[],
): Promise<Selection> {
  const lists = new Map(
    ENTRY_TYPES.map((type) => [type, context.catalog.list(type).filter(isEnabled)]),
  )
  const pace = createPace()
  const outcomes: Outcome[] = []
  for (const rule of rules) {
    outcomes.push(await evaluate(context, rule, lists.get(rule.rule.type)!, pace))
  }
  const members = new Map<EntryType, Member[]>()
  const onlyHere = new Map<number, number>()
  for (const type of ENTRY_TYPES) {
    const ofType = outcomes.filter(({ rule }) => rule.rule.type === type)
    members.set(type, await combine(lists.get(type)!, ofType, onlyHere, pace))
  }
  const reports = outcomes.map(({ rule, matched, federatedLeftOut, flags }) => ({
    index: rule.index,
    matched: matched.size,
    onlyHere: onlyHere.get(rule.index) ?? 0,
    federatedLeftOut,
    flags: [...flags],
  }))
  return { members, rules: reports }
}

const isEnabled = ({ document }: Entry) => document.enabled

type Pace = () => Promise<void> | undefined

function createPace(): Pace {
  let count = 0
  let since = performance.now()
  return () => {
    if (++count % CHECK_EVERY !== 0 || performance.now() - since < SLICE) return undefined
    return nextTask().then(() => {
      since = performance.now()
    })
  }
}

async function evaluate(
  context: SelectContext,
  compiled: CompiledRule,
  list: readonly Entry[],
  pace: Pace,
): Promise<Outcome> {
  const { rule } = compiled
  const { metrics } = context
  const stopTimer = metrics.ruleEvaluationDuration.startTimer({ mode: rule.mode })
  const labels = { mode: rule.mode, type: rule.type }
  try {
    const outcome = await evaluateFilter(compiled, list, pace)
    const chosen = rule.mode === 'llm' ? await ask(context, outcome, list) : outcome
    const failed = chosen.flags.size > 0 ? 'flagged' : 'ok'
    metrics.ruleEvaluations.inc({ ...labels, outcome: failed })
    return chosen
  } catch (error) {
    metrics.ruleEvaluations.inc({ ...labels, outcome: 'error' })
    throw error
  } finally {
    stopTimer()
  }
}

async function evaluateFilter(
  compiled: CompiledRule,
  list: readonly Entry[],
  pace: Pace,
): Promise<Outcome> {
  const { rule, filter } = compiled
  const takesFederated = rule.effect === 'exclude' || rule.include_federated
  const matched = new Set<string>()
  const flags = new Set<RuleFlag>()
  let federatedLeftOut = 0
  for (const { document } of list) {
    const turn = pace()
    if (turn) await turn
    const verdict = filter ? filter.evaluate(document) : 'match'
    if (verdict === 'no_match') continue
    if (verdict !== 'match') flags.add(verdict)
    if (!admits(verdict, rule.effect)) continue
    if (document.federated && !takesFederated) federatedLeftOut++
    else matched.add(document.id)
  }
  return { rule: compiled, matched, federatedLeftOut, flags }
}

/** Lets a model narrow what the filter of its rule lets through. */
async function ask(
  { selector }: SelectContext,
  outcome: Outcome,
  list: readonly Entry[],
): Promise<Outcome> {
  const { type, llm_prompt, llm_provider, always = [], never = [] } = outcome.rule.rule
  const question = { type, prompt: llm_prompt!, provider: llm_provider, always, never }
  const candidates = list.filter(({ document }) => outcome.matched.has(document.id))
  return { ...outcome, matched: await selector.choose(question, candidates) }
}

async function combine(
  list: readonly Entry[],
  outcomes: readonly Outcome[],
  onlyHere: Map<number, number>,
  pace: Pace,
): Promise<Member[]> {
  const count = (index: number) => onlyHere.set(index, (onlyHere.get(index) ?? 0) + 1)
  const members: Member[] = []
  if (outcomes.length === 0) return members
  for (const entry of list) {
    const turn = pace()
    if (turn) await turn
    const by = outcomes.filter(({ matched }) => matched.has(entry.record.id))
    const includes = by.filter(({ rule }) => rule.rule.effect === 'include')
    const excludes = by.filter(({ rule }) => rule.rule.effect === 'exclude')
    if (includes.length === 0) continue
    if (excludes.length === 1) count(excludes[0]!.rule.index)
    if (excludes.length > 0) continue
    if (includes.length === 1) count(includes[0]!.rule.index)
    members.push({ entry, matchedBy: includes.map(({ rule }) => rule.index) })
  }
  return members
}
