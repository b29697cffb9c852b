import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { FilterSet } from '../membership/filter-set.ts'
import type { Dependent } from '../membership/rule-set.ts'

/** Versions are never used twice, also not by a set that takes the place of another. */
let lastVersion = 0

/**
 * The entries of one type that `what` of a policy is about, kept up to date. What it cannot decide
 * is denied and is not allowed.
 */
export class PolicySet implements Dependent {
  readonly set: FilterSet
  /** Not to be changed from outside. */
  slots = new SlotSet()
  readonly ready: Promise<void>
  readonly #denies: boolean
  readonly #flipped: (type: EntryType, slot: number) => void
  #version = ++lastVersion
  #isReady = false

  constructor(
    set: FilterSet,
    effect: 'allow' | 'deny',
    flipped: (type: EntryType, slot: number) => void,
  ) {
    this.set = set
    this.#denies = effect === 'deny'
    this.#flipped = flipped
    set.dependents.add(this)
    this.ready = set.ready.then(() => this.#take())
    this.ready.catch(() => undefined)
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Another one whenever an entry comes or goes. */
  get version(): number {
    return this.#version
  }

  update(type: EntryType, slot: number, _entry: Entry | undefined): void {
    if (!this.#isReady) return
    const moved = this.#holds(slot) ? this.slots.add(slot) : this.slots.delete(slot)
    if (!moved) return
    this.#version = ++lastVersion
    this.#flipped(type, slot)
  }

  close(): void {
    this.set.dependents.delete(this)
  }

  #holds(slot: number): boolean {
    return this.set.matched.has(slot) || (this.#denies && this.set.failed.has(slot))
  }

  #take(): void {
    this.slots = this.set.matched.clone()
    if (this.#denies) for (const slot of this.set.failed.keys()) this.slots.add(slot)
    this.#isReady = true
  }
}
