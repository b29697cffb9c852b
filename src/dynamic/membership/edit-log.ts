/** Edits that can be looked back at; who looks less often takes it that anything was edited. */
const KEPT = 4096

/**
 * The entries of one type that were changed in place, in order, by slot. Whoever shows entries looks
 * at what happened since it looked last, so that a change costs nothing for those nobody asks for.
 */
export class EditLog {
  readonly #slots = new Uint32Array(KEPT)
  readonly #shown = new Uint8Array(KEPT)
  #length = 0

  /** Edits so far. */
  get length(): number {
    return this.#length
  }

  /** @param shown whether lists show a difference. */
  note(slot: number, shown: boolean): void {
    const at = this.#length++ % KEPT
    this.#slots[at] = slot
    this.#shown[at] = shown ? 1 : 0
  }

  /**
   * How entries of a set were edited since the log had a length: one that lists show outweighs those
   * they do not.
   */
  since(length: number, set: { has(slot: number): boolean }): 'none' | 'hidden' | 'shown' {
    if (this.#length - length > KEPT) return 'shown'
    let edit: 'none' | 'hidden' = 'none'
    for (let i = length; i < this.#length; i++) {
      const at = i % KEPT
      if (edit === 'hidden' && this.#shown[at] === 0) continue
      if (!set.has(this.#slots[at]!)) continue
      if (this.#shown[at] === 1) return 'shown'
      edit = 'hidden'
    }
    return edit
  }
}
