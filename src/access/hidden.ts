import type { HiddenStore } from '../store/ports.ts'

/** Entries one caller may hide. */
export const MAX_HIDDEN = 1_000

/**
 * What callers do not want to see in their own lists. A preference and not a right: it takes nothing
 * from anybody, themselves included.
 */
export class Hidden {
  readonly #store: HiddenStore
  /** By caller; a set never changes, so that who keeps one knows whether it is still the one. */
  readonly #hidden = new Map<string, ReadonlySet<string>>()
  readonly #listeners = new Set<() => void>()

  constructor(store: HiddenStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    const byCaller = Map.groupBy(await this.#store.all(), ({ caller }) => caller)
    for (const [caller, records] of byCaller) {
      this.#hidden.set(caller, new Set(records.map(({ entry }) => entry)))
    }
  }

  /** Ids of what a caller hides; undefined when it is nothing. */
  of(caller: string): ReadonlySet<string> | undefined {
    return this.#hidden.get(caller)
  }

  async hide(caller: string, entry: string): Promise<void> {
    await this.#store.put({ caller, entry })
    this.#set(caller, new Set([...(this.of(caller) ?? []), entry]))
  }

  async unhide(caller: string, entry: string): Promise<void> {
    await this.#store.remove({ caller, entry })
    this.#set(caller, new Set([...(this.of(caller) ?? [])].filter((id) => id !== entry)))
  }

  /** Forgets entries that are gone: one of the same name that comes later is another one. */
  async forget(entries: readonly string[]): Promise<void> {
    const gone = new Set(entries)
    const callers = [...this.#hidden].filter(([, ids]) => [...ids].some((id) => gone.has(id)))
    if (callers.length === 0) return
    for (const [caller, ids] of callers) {
      this.#set(caller, new Set([...ids].filter((id) => !gone.has(id))))
    }
    await this.#store.forget(entries)
  }

  /** Forgets what a caller hides: whoever has the id next is somebody else. */
  async drop(caller: string): Promise<void> {
    const entries = [...(this.of(caller) ?? [])]
    if (entries.length === 0) return
    await Promise.all(entries.map((entry) => this.#store.remove({ caller, entry })))
    this.#set(caller, new Set())
  }

  /** Told whenever somebody hides or shows something. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener)
  }

  #set(caller: string, ids: ReadonlySet<string>): void {
    if (ids.size === 0) this.#hidden.delete(caller)
    else this.#hidden.set(caller, ids)
    for (const listener of this.#listeners) listener()
  }
}
