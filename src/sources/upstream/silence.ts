import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client'

/**
 * Ends a request when the upstream is silent for too long. Progress starts the time again, and it
 * stands still while the upstream itself waits for an answer of the client.
 */
export class Silence {
  readonly #timeoutMs: number
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #asking = 0

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    this.restart()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  restart(): void {
    clearTimeout(this.#timer)
    if (this.#asking > 0) return
    this.#timer = setTimeout(() => {
      const timeout = this.#timeoutMs
      const message = `Request timed out: no answer for ${timeout} ms`
      this.#controller.abort(new SdkError(SdkErrorCode.RequestTimeout, message, { timeout }))
    }, this.#timeoutMs)
  }

  async during<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking++
    clearTimeout(this.#timer)
    try {
      return await ask()
    } finally {
      this.#asking--
      if (!this.#controller.signal.aborted) this.restart()
    }
  }

  stop(): void {
    this.#asking = Number.POSITIVE_INFINITY
    clearTimeout(this.#timer)
  }
}
