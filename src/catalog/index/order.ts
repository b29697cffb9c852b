import type { Entry } from '../entry.ts'
import { comparePlaces, type Place, placeOf } from '../order.ts'

type At = (slot: number) => Entry

/** So many are moved one by one; of more, all are moved at once. */
const FEW = 8

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
    if (gone.size > FEW) {
      this.#slots = this.#slots.filter((slot) => !gone.has(slot))
      return
    }
    for (const slot of gone) {
      const at = this.#search(placeOf(this.#at(slot)), 0, this.#slots.length, (order) => order < 0)
      this.#slots.splice(at, 1)
    }
  }

  /** Puts slots in; their entries are known by now. */
  insert(arrived: readonly number[]): void {
    if (arrived.length === 0) return
    this.#ranks = undefined
    if (arrived.length <= FEW) {
      for (const slot of arrived) this.#slots.splice(this.#behind(placeOf(this.#at(slot))), 0, slot)
      return
    }
    const fresh = arrived
      .map((slot) => ({ slot, place: placeOf(this.#at(slot)) }))
      .sort((a, b) => comparePlaces(a.place, b.place))
    this.#merge(fresh)
  }

  /** From the last to the first, so that what has not been moved yet is never written over. */
  #merge(fresh: readonly { readonly slot: number; readonly place: Place }[]): void {
    let end = this.#slots.length
    // Only to have the room: what is put here now is written over.
    const merged = this.#slots.concat(fresh.map(({ slot }) => slot))
    for (let left = fresh.length; left > 0; left--) {
      const { slot, place } = fresh[left - 1]!
      const to = this.#behind(place, end)
      for (let from = end - 1; from >= to; from--) merged[from + left] = merged[from]!
      merged[to + left - 1] = slot
      end = to
    }
    this.#slots = merged
  }

  /**
   * Where the slots up to a place end. Looked for from an end backwards, in steps that grow: what
   * arrives in order is found in a step or two, and what does not as fast as by halving.
   */
  #behind(place: Place, end = this.#slots.length): number {
    let high = end
    for (let step = 1; high > 0; step *= 2) {
      const low = Math.max(0, high - step)
      if (this.#compare(low, place) <= 0)
        return this.#search(place, low, high, (order) => order <= 0)
      high = low
    }
    return 0
  }

  #search(place: Place, from: number, to: number, before: (order: number) => boolean): number {
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(this.#compare(middle, place))) low = middle + 1
      else high = middle
    }
    return low
  }

  #compare(at: number, place: Place): number {
    return comparePlaces(placeOf(this.#at(this.#slots[at]!)), place)
  }
}
