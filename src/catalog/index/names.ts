/**
 * Which slots have a name. Most names have one slot, which is then held bare: a hundred thousand
 * arrays of one element would weigh more than the names.
 */
export class Names {
  readonly #slots = new Map<string, number | number[]>()
  /** Names that more than one slot has. */
  readonly #contested = new Set<string>()

  get contested(): ReadonlySet<string> {
    return this.#contested
  }

  /** Slots with a name, in no particular order. */
  get(name: string): readonly number[] {
    const slots = this.#slots.get(name)
    if (slots === undefined) return []
    return typeof slots === 'number' ? [slots] : slots
  }

  add(name: string, slot: number): void {
    const slots = this.#slots.get(name)
    if (slots === undefined) {
      this.#slots.set(name, slot)
      return
    }
    this.#contested.add(name)
    if (typeof slots === 'number') this.#slots.set(name, [slots, slot])
    else slots.push(slot)
  }

  delete(name: string, slot: number): void {
    const left = this.get(name).filter((other) => other !== slot)
    if (left.length > 1) {
      this.#slots.set(name, left)
      return
    }
    this.#contested.delete(name)
    if (left.length === 1) this.#slots.set(name, left[0]!)
    else this.#slots.delete(name)
  }
}
