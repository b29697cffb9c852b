import { LRUCache } from 'lru-cache'
import type { RateDefinition } from './definition.ts'

/** A budget that fills up by itself. */
interface Bucket {
  tokens: number
  /** When it was looked at last, in ms of the clock. */
  at: number
}

type Rate = Pick<RateDefinition, 'limit' | 'per_seconds' | 'burst'>

/** Budgets kept; those unused longest are full again when they are missed. */
const MAX_BUCKETS = 50_000

/**
 * Token buckets by key. A bucket starts full, holds as many as `burst`, and fills by `limit` in
 * `per_seconds`.
 */
export class Rates {
  readonly #clock: () => number
  readonly #maxBuckets: number
  /** Made with the first bucket: it takes its room at once, and most services limit nothing. */
  #buckets: LRUCache<string, Bucket> | undefined

  /** @param clock ms that never go back */
  constructor(clock: () => number, maxBuckets = MAX_BUCKETS) {
    this.#clock = clock
    this.#maxBuckets = maxBuckets
  }

  /** Seconds until there is something to take; 0 when there is. Takes nothing. */
  waitOf(key: string, rate: Rate): number {
    const { tokens } = this.#filled(key, rate)
    if (tokens >= 1) return 0
    return Math.max(1, Math.ceil(((1 - tokens) * rate.per_seconds) / rate.limit))
  }

  take(key: string, rate: Rate): void {
    this.#filled(key, rate).tokens -= 1
  }

  #filled(key: string, { limit, per_seconds, burst = limit }: Rate): Bucket {
    const now = this.#clock()
    this.#buckets ??= new LRUCache({ max: this.#maxBuckets })
    let bucket = this.#buckets.get(key)
    if (!bucket) {
      bucket = { tokens: burst, at: now }
      this.#buckets.set(key, bucket)
    }
    const seconds = Math.max(0, now - bucket.at) / 1000
    bucket.tokens = Math.min(burst, bucket.tokens + (seconds * limit) / per_seconds)
    bucket.at = Math.max(now, bucket.at)
    return bucket
  }
}
