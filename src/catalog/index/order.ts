import type { Entry } from '../entry.ts'
import { comparePlaces, type Place, placeOf } from '../order.ts'

type At = (slot: number) => Entry

/**
 * The slots of one entry type in the order of every list. Slots never move on their own; where a
 * slot stands is worked out again only after entries came, went or were renamed.
 */
export class Order {
  #slots: number[] = []
  #ranks: Uint32Array | undefined
  readonly #at: At

  /** @param at the entry of a slot; of one that is leaving, as it was. */
  constructor(at: At) {
    this.#at = at
  }

  get slots(): readonly number[] {
    return this.#slots
  }

  /** Position of every slot that is there, by slot. */
  ranks(): Uint32Array {
    if (this.#ranks) return this.#ranks
    const ranks = new Uint32Array(this.#slots.reduce((max, slot) => Math.max(max, slot), 0) + 1)
    for (let i = 0; i < this.#slots.length; i++) ranks[this.#slots[i]!] = i
    this.#ranks = ranks
    return ranks
  }

  remove(gone: ReadonlySet<number>): void {
    if (gone.size === 0) return
    this.#ranks = undefined
    if (gone.size > 8) {
      this.#slots = this.#slots.filter((slot) => !gone.has(slot))
      return
    }
    for (const slot of gone) {
      const at = this.#search(placeOf(this.#at(slot)), 0, (order) => order < 0)
      this.#slots.splice(at, 1)
    }
  }

  /** Puts slots in; their entries are known by now. */
  insert(arrived: readonly number[]): void {
    if (arrived.length === 0) return
    this.#ranks = undefined
    const fresh = arrived
      .map((slot) => ({ slot, place: placeOf(this.#at(slot)) }))
      .sort((a, b) => comparePlaces(a.place, b.place))
    const merged: number[] = []
    let from = 0
    for (const { slot, place } of fresh) {
      const to = this.#search(place, from, (order) => order <= 0)
      if (fresh.length === 1) {
        this.#slots.splice(to, 0, slot)
        return
      }
      for (; from < to; from++) merged.push(this.#slots[from]!)
      merged.push(slot)
    }
    for (; from < this.#slots.length; from++) merged.push(this.#slots[from]!)
    this.#slots = merged
  }

  #search(place: Place, from: number, before: (order: number) => boolean): number {
    let low = from
    let high = this.#slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(comparePlaces(placeOf(this.#at(this.#slots[middle]!)), place))) low = middle + 1
      else high = middle
    }
    return low
  }
}
