export type ChangeListener = (ids: ReadonlySet<string>) => void

/** Who wants to know that answers changed. */
export class Listeners {
  readonly #all = new Set<ChangeListener>()

  add(listener: ChangeListener): () => void {
    this.#all.add(listener)
    return () => void this.#all.delete(listener)
  }

  tell(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return
    for (const listener of this.#all) listener(ids)
  }
}
