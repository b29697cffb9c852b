import type { Connection } from './upstream/connection.ts'

type Listener = () => void

/**
 * Which resources of one upstream somebody wants to hear of. The upstream is asked once for each,
 * however many want it, told when nobody does any more, and asked again after it was gone.
 */
export class WatchedResources {
  readonly #listeners = new Map<string, Set<Listener>>()
  #connection: Connection | undefined
  /** Requests to the upstream go one after the other, so that the last one is the last word. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @throws what the upstream answers to being asked; then nothing is watched. */
  async add(uri: string, listener: Listener): Promise<() => void> {
    const known = this.#listeners.get(uri)
    const listeners = known ?? new Set<Listener>()
    listeners.add(listener)
    this.#listeners.set(uri, listeners)
    const remove = () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      if (this.#listeners.get(uri) === listeners) this.#listeners.delete(uri)
      this.#tell().catch(() => undefined)
    }
    try {
      await (known ? this.#turn : this.#tell())
    } catch (error) {
      remove()
      throw error
    }
    return remove
  }

  updated(uri: string): void {
    for (const listener of this.#listeners.get(uri) ?? []) listener()
  }

  /** A connection was made anew: it knows of nothing yet. */
  attach(connection: Connection | undefined): void {
    this.#connection = connection
    if (connection && this.#listeners.size > 0) this.#tell().catch(() => undefined)
  }

  #tell(): Promise<void> {
    const turn = this.#turn
      .catch(() => undefined)
      .then(() => this.#connection?.watch([...this.#listeners.keys()]))
    this.#turn = turn
    turn.catch(() => undefined)
    return turn
  }
}
