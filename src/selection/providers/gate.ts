import { setTimeout as sleep } from 'node:timers/promises'
import { Breaker } from './breaker.ts'
import { ModelError, TRANSIENT, toModelError } from './model-error.ts'
import { Turns } from './turns.ts'

export interface GateOptions {
  readonly timeoutMs: number
  readonly concurrency: number
  readonly now: () => number
  /** Pause before the one retry, when the provider names none. */
  readonly retryMs?: number
  /** Told of each request sent, and how it ended. */
  readonly observe?: (outcome: string, seconds: number) => void
}

/** A provider that asks to wait longer than this is not waited for. */
const LONGEST_WAIT = 20_000

/** What every call to a provider goes through: turns, a breaker, a time limit and one retry. */
export class Gate {
  readonly breaker: Breaker
  readonly #turns: Turns
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
    this.breaker = new Breaker(options.now)
    this.#turns = new Turns(options.concurrency)
  }

  /** @throws {ModelError} */
  async run<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#turns.run(signal, () => this.#guarded(signal, call))
    } catch (error) {
      if (signal.aborted && !(error instanceof ModelError)) throw aborted(signal)
      throw toModelError(error)
    }
  }

  async #guarded<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.breaker.enter()
    try {
      const result = await this.#withRetry(signal, call)
      this.breaker.succeeded()
      return result
    } catch (error) {
      this.#learn(error as ModelError)
      throw error
    }
  }

  #learn({ kind, retryAfterMs }: ModelError): void {
    if (kind === 'unauthorized') this.breaker.lock()
    else if (!TRANSIENT.has(kind)) this.breaker.undecided()
    else this.breaker.failed(retryAfterMs && retryAfterMs > LONGEST_WAIT ? retryAfterMs : undefined)
  }

  async #withRetry<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { retryMs = 500 } = this.#options
    try {
      return await this.#once(signal, call)
    } catch (error) {
      const { kind, retryAfterMs = retryMs } = error as ModelError
      if (!TRANSIENT.has(kind) || retryAfterMs > LONGEST_WAIT) throw error
      await sleep(retryAfterMs, undefined, { signal, ref: false }).catch(() => {
        throw aborted(signal)
      })
      return this.#once(signal, call)
    }
  }

  /** @throws {ModelError} */
  async #once<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { timeoutMs, observe } = this.#options
    const started = performance.now()
    const timeout = AbortSignal.timeout(timeoutMs)
    const end = (outcome: string) => observe?.(outcome, (performance.now() - started) / 1000)
    try {
      const result = await call(AbortSignal.any([signal, timeout]))
      end('ok')
      return result
    } catch (thrown) {
      const error = signal.aborted
        ? aborted(signal)
        : timeout.aborted
          ? new ModelError('timeout', `The provider did not answer within ${timeoutMs} ms.`)
          : toModelError(thrown)
      end(error.kind)
      throw error
    }
  }
}

function aborted(signal: AbortSignal): ModelError {
  const late = (signal.reason as { name?: string } | undefined)?.name === 'TimeoutError'
  return late
    ? new ModelError('timeout', 'There was no time left to ask.')
    : new ModelError('aborted', 'Asking was stopped.')
}
