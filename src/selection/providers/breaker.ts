import { ModelError } from './model-error.ts'

const FAILURES = 3
const FIRST_COOL = 30_000
const LONGEST_COOL = 600_000
/** A provider may ask for a longer pause than we would make, but not for ever. */
const LONGEST_PAUSE = 3_600_000

/** Keeps a provider that is down from being asked, and lets one request at a time try it again. */
export class Breaker {
  readonly #now: () => number
  #failures = 0
  #cool = FIRST_COOL
  #openUntil = 0
  #trying = false

  constructor(now: () => number) {
    this.#now = now
  }

  get state(): 'closed' | 'open' | 'half_open' {
    if (this.#openUntil === 0) return 'closed'
    return this.#now() < this.#openUntil ? 'open' : 'half_open'
  }

  /** When it may be asked again, in ms; 0 while it may. */
  get openUntil(): number {
    return this.#openUntil
  }

  /** @throws {ModelError} `breaker_open` */
  enter(): void {
    const { state } = this
    if (state === 'closed') return
    if (state === 'open' || this.#trying) {
      throw new ModelError('breaker_open', 'The provider failed before and is not asked for now.')
    }
    this.#trying = true
  }

  succeeded(): void {
    this.reset()
  }

  /** `forMs`: how long the provider itself asked to be left alone. */
  failed(forMs?: number): void {
    this.#failures++
    const again = this.#trying
    this.#trying = false
    if (forMs === undefined && !again && this.#failures < FAILURES) return
    this.#openUntil = this.#now() + Math.min(forMs ?? this.#cool, LONGEST_PAUSE)
    this.#cool = Math.min(this.#cool * 2, LONGEST_COOL)
  }

  /** Ended without saying anything about the health of the provider. */
  undecided(): void {
    this.#trying = false
  }

  /** A wrong key hardly gets right by waiting; a renewed one should be noticed all the same. */
  lock(): void {
    this.#trying = false
    this.#openUntil = this.#now() + LONGEST_COOL
  }

  reset(): void {
    this.#failures = 0
    this.#cool = FIRST_COOL
    this.#openUntil = 0
    this.#trying = false
  }
}
