import { LRUCache } from 'lru-cache'
import type { Metrics } from '../../observability/metrics.ts'

/** Callers whose finds are remembered, and for how long a call still follows from a search. */
const CALLERS = 2_000
const MINUTES = 30
/** Tools remembered for a caller. */
const FOUND = 200

/**
 * Counts searches, and calls of what they found: whether people and models take what search offers
 * is the one sign of its worth that needs no labels.
 */
export class FoundThenCalled {
  readonly #metrics: Metrics
  readonly #found = new LRUCache<string, Set<string>>({ max: CALLERS, ttl: MINUTES * 60_000 })

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  searched(server: string, caller: string, names: readonly string[]): void {
    const { searches, serverLabel } = this.#metrics
    searches.inc({ server: serverLabel(server), result: names.length > 0 ? 'found' : 'nothing' })
    const key = JSON.stringify([server, caller])
    const found = this.#found.get(key) ?? new Set<string>()
    for (const name of names) {
      found.delete(name)
      found.add(name)
    }
    for (const name of found) {
      if (found.size <= FOUND) break
      found.delete(name)
    }
    this.#found.set(key, found)
  }

  /** Each find counts once. */
  called(server: string, caller: string, name: string): void {
    const found = this.#found.get(JSON.stringify([server, caller]))
    if (!found?.delete(name)) return
    const { searchedThenCalled, serverLabel } = this.#metrics
    searchedThenCalled.inc({ server: serverLabel(server) })
  }
}
