import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Atom } from '../../rules/analyse/atoms.ts'
import { guardOf, type Planned, planOf } from '../../rules/analyse/plan.ts'
import { type Reads, readsOf } from '../../rules/analyse/reads.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Filter, Meter } from '../../rules/filter.ts'
import { lookUp } from './look-up.ts'
import type { Dependent, RuleFlag, RuleSet } from './rule-set.ts'
import type { Turns } from './turns.ts'

/**
 * The enabled entries of one type that one filter matches, kept up to date entry by entry. Rules
 * with the same filter share it, whatever server they are of.
 */
export class FilterSet implements RuleSet {
  readonly type: EntryType
  readonly filter: Filter
  readonly matched = new SlotSet()
  readonly failed = new Map<number, RuleFlag>()
  readonly dependents = new Set<Dependent>()
  readonly reads: Reads
  /** Without one of these an entry is no match; undefined when nothing of the kind is known. */
  readonly guard: readonly Atom[] | undefined
  readonly #planned: Planned
  ready: Promise<void> = Promise.resolve()
  /** Rules that use the set. */
  users = 0

  constructor(type: EntryType, filter: Filter) {
    this.type = type
    this.filter = filter
    this.#planned = planOf(filter.node)
    this.guard = guardOf(this.#planned.plan)
    this.reads = readsOf(filter.node)
  }

  /** Whether the filter is decided by the indexes of the catalog alone. */
  get exact(): boolean {
    return this.#planned.exact
  }

  /**
   * Works the set out. Changes of the catalog meanwhile must be handed to {@link check}: an entry
   * is always evaluated as it is at that moment, so the order does not matter.
   *
   * @throws {FacetError} `too_expensive` when the work of a meter is used up.
   */
  async build(index: TypeIndex, turns: Turns, meter?: Meter): Promise<void> {
    // Many sets may be wanted at once, and looking up is work too.
    const turn = turns.check()
    if (turn) await turn
    const candidates = lookUp(this.#planned.plan, index)
    if (this.#planned.exact) {
      this.matched.addAll(candidates)
      return
    }
    for (const slot of candidates.toArray()) {
      const turn = turns.step()
      if (turn) await turn
      const entry = index.at(slot)
      if (entry) this.check(slot, entry.document.enabled ? entry : undefined, meter)
      if (meter && meter.left < 0) throw tooExpensive(this.filter)
    }
  }

  /** Whether the filter matches the entry of a slot, or fails on it. */
  holds(slot: number): boolean {
    return this.matched.has(slot) || (this.failed.size > 0 && this.failed.has(slot))
  }

  /** Evaluates one entry anew; without an entry, the slot is empty. Answers whether that changed anything. */
  check(slot: number, entry: Entry | undefined, meter?: Meter): boolean {
    const verdict = entry ? this.filter.evaluate(entry.document, undefined, meter) : 'no_match'
    const failure = verdict === 'match' || verdict === 'no_match' ? undefined : verdict
    const failedBefore = this.failed.size > 0 ? this.failed.get(slot) : undefined
    if (failure) this.failed.set(slot, failure)
    else if (failedBefore) this.failed.delete(slot)
    const flipped = verdict === 'match' ? this.matched.add(slot) : this.matched.delete(slot)
    return flipped || failure !== failedBefore
  }
}

function tooExpensive({ source }: Filter): FacetError {
  const shown = source.length > 80 ? `${source.slice(0, 80)}…` : source
  return new FacetError(
    'too_expensive',
    `The rules take too much work over the whole catalog; given up at ${shown}`,
  )
}
