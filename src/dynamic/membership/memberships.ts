import { setImmediate as nextTask } from 'node:timers/promises'
import type { Catalog, CatalogChange, EntryChange } from '../../catalog/catalog.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import { compileFilter, type Filter, type Meter } from '../../rules/filter.ts'
import type { Selections } from '../../selection/selector.ts'
import type { CompiledRule } from '../compile.ts'
import { AskedSet } from './asked-set.ts'
import { ChosenSet } from './chosen-set.ts'
import { ChosenSets } from './chosen-sets.ts'
import { differenceOf } from './difference.ts'
import { EditLog } from './edit-log.ts'
import { FilterIndex } from './filter-index.ts'
import { FilterSet } from './filter-set.ts'
import { isMeaning, selectionKeys } from './meaning-rule.ts'
import { Membership, type RuleInUse } from './membership.ts'
import type { Dependent, RuleSet } from './rule-set.ts'
import { Turns } from './turns.ts'

export interface MembershipContext {
  readonly catalog: Catalog
  readonly selections: Selections
  readonly metrics: Metrics
}

export interface OpenOptions {
  /** Work that may be done, and no more. What is known already costs nothing. */
  readonly meter?: Meter
  /** The server the rules are served by: its rules of mode llm and semantic are kept answered. */
  readonly owner?: string
  /** Without an owner: whether models may be asked, once, or only what they said before counts. */
  readonly ask?: boolean
}

/** The filter of a rule that has none. */
const EVERYTHING = compileFilter('true')

/** Changes handled at once, in ms; what is left waits for its turn. */
const AT_ONCE = 2

/**
 * Memberships in use, kept up to date from the changes of the catalog.
 *
 * Every filter in use is evaluated over the catalog once. From then on a change of an entry
 * evaluates only the filters it can touch, over that entry alone, and reaches only the memberships
 * whose filters answered differently. After {@link settled}, memberships are those of the catalog as
 * it is.
 */
export class Memberships {
  readonly #context: MembershipContext
  readonly #filters = new Map<string, FilterSet>()
  readonly #indexes = new Map(ENTRY_TYPES.map((type) => [type, new FilterIndex()]))
  readonly #edits = new Map(ENTRY_TYPES.map((type) => [type, new EditLog()]))
  readonly #editListeners = new Set<() => void>()
  readonly #turns = new Turns()
  readonly chosen: ChosenSets
  /** Sets in use, those shared with nobody among them. */
  #setCount = 0
  #queue: EntryChange[] = []
  #handled = 0
  #draining: Promise<void> | undefined
  readonly #unsubscribe: () => void

  constructor(context: MembershipContext) {
    this.#context = context
    this.chosen = new ChosenSets({
      ...context,
      scopeOf: ({ rule, filter }) => this.#filterSet(rule.type, filter ?? EVERYTHING, undefined),
      release: (scope) => this.#close(scope),
    })
    this.#unsubscribe = context.catalog.subscribe((change) => this.#follow(change))
  }

  /** Whether all changes of the catalog so far are taken into account. */
  get isSettled(): boolean {
    return this.#handled === this.#queue.length
  }

  /** Filters in use; those with equal text and type count once. */
  get filterCount(): number {
    return this.#filters.size
  }

  get turns(): Turns {
    return this.#turns
  }

  async settled(): Promise<void> {
    while (!this.isSettled) await this.#draining
  }

  /**
   * The membership of rules, to be handed back to {@link release}. When it resolves, all changes of
   * the catalog are taken into account.
   *
   * @throws {FacetError} when a rule cannot be worked out; a failure is never an empty set.
   */
  async open(rules: readonly CompiledRule[], options: OpenOptions = {}): Promise<Membership> {
    const opened: RuleInUse[] = []
    try {
      const keys = options.owner === undefined ? new Map() : selectionKeys(options.owner, rules)
      for (const compiled of rules) {
        const set = this.#open(compiled, options, keys.get(compiled.index))
        opened.push({ compiled, set })
      }
      const ready = opened.map(({ set }) => set.ready)
      for (const promise of ready) promise.catch(() => undefined)
      await Promise.all(ready)
      await this.settled()
      return new Membership(opened, this.#context.catalog, this.#edits)
    } catch (error) {
      for (const { set } of opened) this.#close(set)
      throw error
    }
  }

  /** Told after entries were changed in place; whose members they are is for {@link Membership.versions}. */
  onEdit(listener: () => void): () => void {
    this.#editListeners.add(listener)
    return () => this.#editListeners.delete(listener)
  }

  release(membership: Membership): void {
    membership.close()
    for (const { set } of membership.rules) this.#close(set)
  }

  /** The set of one filter, shared with rules that have the same one; to be given back. */
  openSet(type: EntryType, filter: Filter): FilterSet {
    return this.#filterSet(type, filter, undefined)
  }

  closeSet(set: FilterSet): void {
    this.#close(set)
  }

  stop(): void {
    this.#unsubscribe()
  }

  #open(compiled: CompiledRule, options: OpenOptions, key: string | undefined): RuleSet {
    const { rule, filter } = compiled
    const { owner, meter, ask = false } = options
    if (owner !== undefined && key !== undefined) return this.chosen.open(owner, key, compiled)
    const scope = this.#filterSet(rule.type, filter ?? EVERYTHING, meter)
    if (!isMeaning(rule)) return scope
    const { catalog, selections } = this.#context
    return new AskedSet({ rule, scope, index: catalog.index(rule.type), selections, ask })
  }

  #close(set: RuleSet): void {
    if (set instanceof ChosenSet) this.chosen.close(set)
    else if (set instanceof AskedSet) {
      set.close()
      this.#close(set.scope)
    } else if (set instanceof FilterSet && --set.users === 0) {
      const key = keyOf(set.type, set.filter)
      if (this.#filters.get(key) === set) this.#filters.delete(key)
      this.#indexes.get(set.type)!.delete(set)
      this.#setCount--
    }
  }

  #filterSet(type: EntryType, filter: Filter, meter: Meter | undefined): FilterSet {
    const key = keyOf(type, filter)
    let set = this.#filters.get(key)
    if (!set) {
      set = new FilterSet(type, filter)
      // What may be given up half way is not for others to wait for.
      if (!meter) this.#filters.set(key, set)
      this.#indexes.get(type)!.add(set)
      this.#setCount++
      set.ready = this.#build(set, meter)
    }
    set.users++
    return set
  }

  async #build(set: FilterSet, meter: Meter | undefined): Promise<void> {
    const { catalog, metrics } = this.#context
    const stopTimer = metrics.ruleEvaluationDuration.startTimer({ mode: 'rule' })
    const labels = { mode: 'rule', type: set.type }
    try {
      // What waits to be handled must not be evaluated as the past over the present.
      await this.settled()
      await set.build(catalog.index(set.type), this.#turns, meter)
      metrics.ruleEvaluations.inc({ ...labels, outcome: set.failed.size > 0 ? 'flagged' : 'ok' })
    } catch (error) {
      metrics.ruleEvaluations.inc({ ...labels, outcome: 'error' })
      throw error
    } finally {
      stopTimer()
    }
  }

  /** Most changes are small and are handled before anybody can ask; the rest takes turns. */
  #follow({ entries }: CatalogChange): void {
    // While something waits, what comes later waits behind it: or a new filter would take the past for it.
    if (this.#setCount === 0 && this.isSettled) return
    const until = performance.now() + AT_ONCE
    let next = 0
    if (this.isSettled) {
      while (next < entries.length && performance.now() < until) this.#handle(entries[next++]!)
    }
    for (; next < entries.length; next++) this.#queue.push(entries[next]!)
    if (!this.isSettled) this.#draining ??= this.#drain()
  }

  async #drain(): Promise<void> {
    await nextTask()
    while (!this.isSettled) {
      const turn = this.#turns.check()
      if (turn) await turn
      this.#handle(this.#queue[this.#handled++]!)
    }
    this.#queue = []
    this.#handled = 0
    this.#draining = undefined
  }

  /** Evaluates the filters that a change of one entry can touch, and tells who depends on them. */
  #handle(change: EntryChange): void {
    const { type, slot, before, after } = change
    const was = before?.document.enabled ? before : undefined
    const is = after?.document.enabled ? after : undefined
    if (!was && !is) return
    if (was && is && was.source.federated !== is.source.federated) {
      // Rules ask that beside their filters, which may all answer as before: it goes and comes again.
      this.#handle({ ...change, after: undefined })
      this.#handle({ ...change, before: undefined })
      return
    }
    const difference = was && is && differenceOf(was.document, is.document)
    // Told when all sets are up to date: an entry that moves from one rule to another stays a member.
    const touched = new Set<Dependent>()
    let evaluated = 0
    this.#indexes.get(type)!.concerned(was, is, difference, (set) => {
      evaluated++
      if (!set.check(slot, is)) return
      for (const dependent of set.dependents) touched.add(dependent)
    })
    this.#context.metrics.ruleRechecks.inc({ type }, evaluated)
    if (was && is) {
      // A candidate that reads differently may be judged differently.
      for (const chosen of this.chosen.all()) {
        if (chosen.type === type && chosen.scope.holds(slot)) touched.add(chosen)
      }
      this.#edits.get(type)!.note(slot, was.shown !== is.shown)
    }
    for (const dependent of touched) dependent.update(type, slot, is)
    if (was && is) for (const listener of this.#editListeners) listener()
  }
}

function keyOf(type: EntryType, { language, source }: Filter): string {
  return `${type}\0${language}\0${source}`
}
