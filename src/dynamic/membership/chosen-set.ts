import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Selector } from '../../selection/selector.ts'
import type { Rule } from '../definition.ts'
import type { FilterSet } from './filter-set.ts'
import type { Dependent, Edit, RuleSet } from './rule-set.ts'

export interface ChosenSetOptions {
  readonly rule: Rule
  /** The entries a model may choose from. */
  readonly scope: FilterSet
  readonly index: TypeIndex
  readonly selector: Selector
  readonly metrics: Metrics
}

/**
 * The entries a model chose out of what the filter of its rule lets through. An entry that leaves
 * the scope leaves the choice at once; one that joins it is in when the model has chosen it.
 */
export class ChosenSet implements RuleSet, Dependent {
  readonly scope: FilterSet
  readonly matched = new SlotSet()
  readonly failed: RuleSet['failed']
  readonly dependents = new Set<Dependent>()
  readonly ready: Promise<void>
  readonly #options: ChosenSetOptions

  constructor(options: ChosenSetOptions) {
    this.#options = options
    this.scope = options.scope
    this.failed = options.scope.failed
    this.scope.dependents.add(this)
    this.ready = this.scope.ready.then(() => this.#choose())
  }

  get type(): EntryType {
    return this.scope.type
  }

  update(type: EntryType, slot: number, entry: Entry | undefined, edit: Edit): void {
    if (!entry || !this.scope.matched.has(slot)) this.matched.delete(slot)
    else if (edit !== 'hidden') void this.#again()
    for (const dependent of this.dependents) dependent.update(type, slot, entry, edit)
  }

  close(): void {
    this.scope.dependents.delete(this)
  }

  /** A failure leaves the choice as it was. */
  async #again(): Promise<void> {
    const before = this.matched.toArray()
    try {
      await this.#choose()
    } catch {
      return
    }
    const changed = [...before, ...this.matched.toArray()]
    for (const slot of new Set(changed)) {
      const entry = this.#options.index.at(slot)
      for (const dependent of this.dependents) dependent.update(this.type, slot, entry, 'none')
    }
  }

  async #choose(): Promise<void> {
    const { rule, index, selector, metrics } = this.#options
    const stopTimer = metrics.ruleEvaluationDuration.startTimer({ mode: rule.mode })
    const labels = { mode: rule.mode, type: rule.type }
    try {
      const { type, llm_prompt, llm_provider, always = [], never = [] } = rule
      const question = { type, prompt: llm_prompt!, provider: llm_provider, always, never }
      const candidates = index.inOrder(this.scope.matched).map((slot) => index.at(slot)!)
      const chosen = await selector.choose(question, candidates)
      for (const slot of this.matched.toArray()) this.matched.delete(slot)
      for (const id of chosen) {
        const slot = index.slotOf(id)
        if (slot !== undefined && this.scope.matched.has(slot)) this.matched.add(slot)
      }
      metrics.ruleEvaluations.inc({ ...labels, outcome: 'ok' })
    } catch (error) {
      metrics.ruleEvaluations.inc({ ...labels, outcome: 'error' })
      throw error
    } finally {
      stopTimer()
    }
  }
}
