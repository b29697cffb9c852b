const WINDOW_MS = 60_000
const MAX_FAILURES = 10
const MAX_ADDRESSES = 10_000

/** Counts failures to sign in, by address: guessing must take longer than anybody has. */
export class Attempts {
  readonly #failures = new Map<string, { count: number; readonly since: number }>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /** In how many seconds the address may try again; 0 for now. */
  waitOf(address: string): number {
    const failures = this.#current(address)
    if (!failures || failures.count < MAX_FAILURES) return 0
    return Math.ceil((failures.since + WINDOW_MS - this.#now().getTime()) / 1000)
  }

  failed(address: string): void {
    const failures = this.#current(address)
    if (failures) {
      failures.count++
      return
    }
    if (this.#failures.size >= MAX_ADDRESSES) {
      this.#failures.delete(this.#failures.keys().next().value!)
    }
    this.#failures.set(address, { count: 1, since: this.#now().getTime() })
  }

  #current(address: string) {
    const failures = this.#failures.get(address)
    if (!failures || this.#now().getTime() - failures.since < WINDOW_MS) return failures
    this.#failures.delete(address)
    return undefined
  }
}
