import type { Entry, EntryDocument } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import type { EntryType } from '../../rules/fields.ts'
import { createPace, inTurns } from '../../selection/pace.ts'
import type { LiveSelection } from '../../selection/selector.ts'
import type { Rule } from '../definition.ts'
import type { FilterSet } from './filter-set.ts'
import { takes } from './meaning-rule.ts'
import type { Dependent, RuleSet } from './rule-set.ts'

/** So many candidates are handed over together. */
const HANDED_AT_ONCE = 200

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
  /** Slots that changed while the first candidates were handed over. */
  #late: Set<number> | undefined = new Set()
  #answering: Promise<void> | undefined
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
    if (this.#late) this.#late.add(slot)
    else this.#take(slot, entry)
    for (const dependent of this.dependents) dependent.update(type, slot, entry)
  }

  #take(slot: number, entry: Entry | undefined): void {
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
  }

  close(): void {
    this.scope.dependents.delete(this)
    this.#unsubscribe()
    this.live.close()
  }

  async #start(): Promise<void> {
    const pace = createPace()
    let put: EntryDocument[] = []
    const handOver = (more: boolean) => {
      this.live.change({ put, remove: [], more })
      put = []
    }
    for (const slot of this.#index.inOrder(this.scope.matched)) {
      const turn = pace()
      if (turn) await turn
      const entry = this.#index.at(slot)
      // What changed meanwhile comes after the others.
      if (!entry || this.#late!.has(slot) || !takes(this.#rule, entry)) continue
      this.#ids.set(slot, entry.document.id)
      if (put.push(entry.document) === HANDED_AT_ONCE) handOver(true)
    }
    handOver(false)
    const late = this.#late!
    this.#late = undefined
    for (const slot of late) this.#take(slot, this.#shown(slot))
  }

  async #answer(): Promise<void> {
    await this.live.ready()
    this.#answering ??= inTurns(this.#ids.keys(), (slot) => this.#decide(slot)).then(() => {
      this.#isAnswered = true
    })
    await this.#answering
  }

  #follow(ids: ReadonlySet<string>): void {
    // Before there is an answer nobody looks, and then all are decided.
    if (!this.#answering) return
    for (const id of ids) {
      const slot = this.#index.slotOf(id)
      if (slot === undefined || this.#ids.get(slot) !== id) continue
      this.#decide(slot)
      const entry = this.#shown(slot)
      for (const dependent of this.dependents) dependent.update(this.type, slot, entry)
    }
  }

  #shown(slot: number): Entry | undefined {
    const entry = this.#index.at(slot)
    return entry?.document.enabled ? entry : undefined
  }

  #decide(slot: number): void {
    const id = this.#ids.get(slot)
    if (id !== undefined && this.live.matches(id)) this.matched.add(slot)
    else this.matched.delete(slot)
  }
}
