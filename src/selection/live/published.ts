import type { EntryDocument } from '../../catalog/entry.ts'
import { messageOf } from '../../errors/facet-error.ts'
import type { ChosenStore } from '../judge/verdicts.ts'
import { inTurns } from '../pace.ts'

/** An answer that is not published, because it takes too much away. */
export interface Held {
  readonly next: ReadonlyMap<EntryDocument, boolean>
  readonly drops: readonly string[]
  readonly adds: readonly string[]
}

/**
 * The published answer of a rule: what was decided about each candidate. It is kept in the store,
 * so that it outlives a restart whatever became of the model meanwhile.
 */
export class Published {
  readonly #store: ChosenStore
  readonly #key: string
  readonly #onProblem: (message: string) => void
  readonly #decided = new Map<string, boolean>()
  readonly #chosen = new Set<string>()
  /** What was chosen before the restart, for candidates that are yet to come. */
  #earlier: ReadonlySet<string> = new Set()
  #saved: ReadonlySet<string> | undefined

  constructor(store: ChosenStore, key: string, onProblem: (message: string) => void) {
    this.#store = store
    this.#key = key
    this.#onProblem = onProblem
  }

  /** Takes up what was published before a restart. False when nothing was. */
  async load(candidates: ReadonlyMap<string, unknown>): Promise<boolean> {
    const ids = await this.#store.load(this.#key)
    if (!ids) return false
    this.#saved = new Set(ids)
    this.#earlier = this.#saved
    for (const id of candidates.keys()) this.arrived(id)
    return true
  }

  get(id: string): boolean | undefined {
    return this.#decided.get(id)
  }

  set(id: string, is: boolean): void {
    this.#decided.set(id, is)
    if (is) this.#chosen.add(id)
    else this.#chosen.delete(id)
  }

  delete(id: string): void {
    this.#decided.delete(id)
    this.#chosen.delete(id)
  }

  /** A candidate is there that was not; it may have been chosen before a restart. */
  arrived(id: string): void {
    if (this.#earlier.has(id)) this.set(id, true)
  }

  /** What would be lost with an answer that empties the set or drops over half of it. */
  async objection(next: ReadonlyMap<EntryDocument, boolean>): Promise<Held | undefined> {
    const drops: string[] = []
    const adds: string[] = []
    await inTurns(next, ([{ id }, is]) => {
      if (is === (this.#decided.get(id) ?? false)) return
      if (is) adds.push(id)
      else drops.push(id)
    })
    if (drops.length === 0) return undefined
    const { size } = this.#chosen
    const isTooMuch = size - drops.length + adds.length === 0 || drops.length * 2 > size
    return isTooMuch ? { next, drops, adds } : undefined
  }

  /** Also keeps what has gone: an entry that comes back later under its id is a new one. */
  save(): void {
    this.#earlier = new Set()
    const ids = this.#chosen
    if (this.#saved?.size === ids.size && ids.isSubsetOf(this.#saved)) return
    this.#saved = new Set(ids)
    this.#store.save(this.#key, [...ids]).catch((error) => {
      this.#saved = undefined
      this.#onProblem(`What a rule chose could not be stored: ${messageOf(error)}`)
    })
  }
}
