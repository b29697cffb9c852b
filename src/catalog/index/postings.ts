import { SlotSet } from './slot-set.ts'

const NOBODY = new SlotSet()

/** Which slots have a value: one set for each value that some slot has. */
export class Postings {
  readonly #sets = new Map<string, SlotSet>()

  /** Not to be changed by the caller; changes with the catalog. */
  get(value: string): SlotSet {
    return this.#sets.get(value) ?? NOBODY
  }

  /** Every value with the number of slots that have it. */
  *counts(): Iterable<[value: string, count: number]> {
    for (const [value, { size }] of this.#sets) yield [value, size]
  }

  add(value: string, slot: number): void {
    const set = this.#sets.get(value)
    if (set) set.add(slot)
    else this.#sets.set(value, SlotSet.of([slot]))
  }

  delete(value: string, slot: number): void {
    const set = this.#sets.get(value)
    if (set?.delete(slot) && set.size === 0) this.#sets.delete(value)
  }
}
