import { LRUCache } from 'lru-cache'

/** Unlocked groups kept; those unused longest are locked again when there are more. */
const MAX_UNLOCKED = 10_000

/** Which groups are unlocked for whom. In memory only: whatever is forgotten is locked. */
export class Unlocks {
  /** By guard and holder, when it locks again, in ms of the clock. */
  readonly #until: LRUCache<string, number>
  readonly #clock: () => number

  /** @param clock ms that never go back */
  constructor(clock: () => number, max = MAX_UNLOCKED) {
    this.#clock = clock
    this.#until = new LRUCache({ max })
  }

  open(group: string, holder: string, seconds: number): void {
    this.#until.set(keyOf(group, holder), this.#clock() + seconds * 1000)
  }

  /** Seconds until a group locks again when nothing of it is called; 0 when it is locked. */
  left(group: string, holder: string): number {
    const until = this.#until.get(keyOf(group, holder))
    return until === undefined ? 0 : Math.max(0, (until - this.#clock()) / 1000)
  }

  lock(group: string, holder: string): void {
    this.#until.delete(keyOf(group, holder))
  }

  /** For everybody. */
  lockAll(group: string): void {
    for (const key of [...this.#until.keys()]) {
      if (key.startsWith(`${group}\n`)) this.#until.delete(key)
    }
  }

  /** For how many it is unlocked. */
  countOf(group: string): number {
    const now = this.#clock()
    let count = 0
    for (const [key, until] of this.#until.entries()) {
      if (key.startsWith(`${group}\n`) && until > now) count++
    }
    return count
  }
}

function keyOf(group: string, holder: string): string {
  return `${group}\n${holder}`
}
