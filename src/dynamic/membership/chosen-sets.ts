import type { Catalog } from '../../catalog/catalog.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { Selections } from '../../selection/selector.ts'
import type { CompiledRule } from '../compile.ts'
import { ChosenSet } from './chosen-set.ts'
import type { FilterSet } from './filter-set.ts'
import { meaningOf } from './meaning-rule.ts'

export interface ChosenSetsContext {
  readonly catalog: Catalog
  readonly selections: Selections
  readonly metrics: Metrics
  readonly scopeOf: (compiled: CompiledRule) => FilterSet
  readonly release: (scope: FilterSet) => void
}

/**
 * Open rules of mode llm and semantic, by what their choice is kept under. A server that is changed
 * keeps the sets of rules that stayed as they are. A set that never had an answer stays open when
 * nobody uses it: what went wrong is shown, and is not tried again with every request.
 */
export class ChosenSets {
  readonly #context: ChosenSetsContext
  readonly #sets = new Map<string, ChosenSet>()

  constructor(context: ChosenSetsContext) {
    this.#context = context
  }

  /** All that are open. */
  all(): Iterable<ChosenSet> {
    return this.#sets.values()
  }

  find(key: string): ChosenSet | undefined {
    return this.#sets.get(key)
  }

  /** To be given back to {@link close}. @throws {FacetError} `selector_not_configured` */
  open(owner: string, key: string, compiled: CompiledRule): ChosenSet {
    let set = this.#sets.get(key)
    if (!set?.answers(compiled.rule)) {
      const live = this.#context.selections.open(key, meaningOf(compiled.rule))
      // One at a time stores its choice under a key: the old one goes no further.
      if (set) this.#retire(set)
      set = this.#make(owner, key, compiled, live)
      this.#sets.set(key, set)
      void this.#measure(compiled, set)
    }
    set.users++
    return set
  }

  close(set: ChosenSet): void {
    set.users--
    if (set.users > 0 || (this.#sets.get(set.key) === set && !set.isAnswered)) return
    this.#end(set)
  }

  /** Ends what nobody uses of a server that was changed or removed. */
  drop(owner: string): void {
    for (const set of [...this.#sets.values()]) {
      if (set.owner === owner && set.users === 0) this.#end(set)
    }
  }

  #make(owner: string, key: string, compiled: CompiledRule, live: ChosenSet['live']): ChosenSet {
    const { rule } = compiled
    const index = this.#context.catalog.index(rule.type)
    const scope = this.#context.scopeOf(compiled)
    return new ChosenSet({ owner, key, rule, scope, index, live })
  }

  #retire(set: ChosenSet): void {
    if (set.users === 0) this.#end(set)
    else set.live.close()
  }

  #end(set: ChosenSet): void {
    if (this.#sets.get(set.key) === set) this.#sets.delete(set.key)
    set.close()
    this.#context.release(set.scope)
  }

  async #measure({ rule: { mode, type } }: CompiledRule, set: ChosenSet): Promise<void> {
    const { metrics } = this.#context
    const stopTimer = metrics.ruleEvaluationDuration.startTimer({ mode })
    const outcome = await set.ready.then(
      () => 'ok',
      () => 'error',
    )
    metrics.ruleEvaluations.inc({ mode, type, outcome })
    stopTimer()
  }
}
