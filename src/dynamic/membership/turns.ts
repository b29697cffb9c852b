/** How long work goes on before other work gets its turn, in ms. */
const SLICE = 5
/** Steps between two looks at the clock. */
const CHECK_EVERY = 64

/**
 * Shares the event loop between long computations: all of them together take one slice of it, and
 * then requests and timers get their turn. Work that waits goes on one piece for each turn, so that
 * a thousand computations hold the loop no longer than one.
 */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #since = 0
  #steps = 0
  #scheduled = false

  /** After a step of work: a promise to wait for when the slice is used up. */
  step(): Promise<void> | undefined {
    if (++this.#steps % CHECK_EVERY !== 0) return undefined
    return this.check()
  }

  /** As {@link step}, for steps that are long themselves. */
  check(): Promise<void> | undefined {
    if (performance.now() - this.#since < SLICE) return undefined
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#since = performance.now()
      this.#waiting.shift()?.()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }
}
