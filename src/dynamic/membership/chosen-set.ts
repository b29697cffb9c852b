import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { LiveSelection } from '../../selection/selector.ts'
import type { Rule } from '../definition.ts'
import type { FilterSet } from './filter-set.ts'
import { takes } from './meaning-rule.ts'
import type { Dependent, RuleSet } from './rule-set.ts'

export interface ChosenSetOptions {
  readonly owner: string
  readonly key: string
  readonly rule: Rule
  /** The entries that may be chosen. */
  readonly scope: FilterSet
  readonly index: TypeIndex
  /** Opened for the rule; closed with the set. */
  readonly live: LiveSelection
}

/**
 * The entries a rule of mode llm or semantic matches. What its filter lets through are the
 * candidates; which of them are chosen is asked of the open rule, at no cost, for each slot.
 */
export class ChosenSet implements RuleSet, Dependent {
  /** Id of the server the rule is of. */
  readonly owner: string
  readonly key: string
  readonly scope: FilterSet
  readonly live: LiveSelection
  readonly matched = new SlotSet()
  readonly failed: RuleSet['failed']
  readonly dependents = new Set<Dependent>()
  /** Memberships that use the set. */
  users = 0
  readonly #rule: Rule
  readonly #index: TypeIndex
  /** Ids of the candidates by slot. */
  readonly #ids = new Map<number, string>()
  readonly #started: Promise<void>
  readonly #unsubscribe: () => void
  #isAnswered = false

  constructor({ owner, key, rule, scope, index, live }: ChosenSetOptions) {
    this.owner = owner
    this.key = key
    this.scope = scope
    this.live = live
    this.failed = scope.failed
    this.#rule = rule
    this.#index = index
    scope.dependents.add(this)
    this.#unsubscribe = live.subscribe((ids) => this.#follow(ids))
    this.#started = scope.ready.then(() => this.#start())
    this.#started.catch(() => undefined)
  }

  get type(): EntryType {
    return this.scope.type
  }

  /** Asked for anew by each who waits: after a failure there may be an answer later. */
  get ready(): Promise<void> {
    return this.#started.then(() => this.#answer())
  }

  /** Whether there was an answer to publish. */
  get isAnswered(): boolean {
    return this.#isAnswered
  }

  /** Whether the set can stand for a rule: one that lists other names, say, it cannot. */
  answers(rule: Rule): boolean {
    return JSON.stringify(rule) === JSON.stringify(this.#rule)
  }

  /** Candidates of the rule, in the order of lists. */
  candidates(): Entry[] {
    return this.#index.inOrder(this.scope.matched).flatMap((slot) => {
      const entry = this.#index.at(slot)
      return entry && this.#ids.has(slot) ? [entry] : []
    })
  }

  /** Has every candidate judged anew. @throws {FacetError} */
  async rejudge(): Promise<void> {
    await this.#started
    await this.live.rejudge()
    await this.#answer()
  }

  /** Also to be told when a candidate was changed in place: it may be judged anew. */
  update(type: EntryType, slot: number, entry: Entry | undefined): void {
    const before = this.#ids.get(slot)
    const isCandidate = entry && this.scope.matched.has(slot) && takes(this.#rule, entry)
    if (isCandidate) {
      const { document } = entry
      this.#ids.set(slot, document.id)
      const remove = before !== undefined && before !== document.id ? [before] : []
      this.live.change({ put: [document], remove })
    } else if (before !== undefined) {
      this.#ids.delete(slot)
      this.live.change({ put: [], remove: [before] })
    }
    this.#decide(slot)
    for (const dependent of this.dependents) dependent.update(type, slot, entry)
  }

  close(): void {
    this.scope.dependents.delete(this)
    this.#unsubscribe()
    this.live.close()
  }

  #start(): void {
    const put = []
    for (const slot of this.#index.inOrder(this.scope.matched)) {
      const entry = this.#index.at(slot)!
      if (!takes(this.#rule, entry)) continue
      this.#ids.set(slot, entry.document.id)
      put.push(entry.document)
    }
    this.live.change({ put, remove: [] })
  }

  async #answer(): Promise<void> {
    await this.live.ready()
    if (this.#isAnswered) return
    this.#isAnswered = true
    for (const slot of this.#ids.keys()) this.#decide(slot)
  }

  #follow(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const slot = this.#index.slotOf(id)
      if (slot === undefined || this.#ids.get(slot) !== id) continue
      this.#decide(slot)
      const entry = this.#index.at(slot)
      const shown = entry?.document.enabled ? entry : undefined
      for (const dependent of this.dependents) dependent.update(this.type, slot, shown)
    }
  }

  #decide(slot: number): void {
    const id = this.#ids.get(slot)
    if (id !== undefined && this.live.matches(id)) this.matched.add(slot)
    else this.matched.delete(slot)
  }
}
