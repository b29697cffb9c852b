import { messageOf } from '../../errors/facet-error.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { EventRecord } from '../../store/event-port.ts'
import type { Sink, SinkStatus } from './sink.ts'

export interface FeedContext {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => Date
  /** Events a sink may be behind by. */
  readonly queue: number
}

/**
 * Hands events to one sink. A sink that fails or hangs loses its own events, which are counted, and
 * keeps nobody waiting; the next batch is its next chance.
 */
export class Feed {
  readonly #sink: Sink
  readonly #context: FeedContext
  #waiting = 0
  #written = 0
  #dropped = 0
  #lastError: SinkStatus['last_error'] = null
  #isFailing = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(sink: Sink, context: FeedContext) {
    this.#sink = sink
    this.#context = context
    context.metrics.eventSinkUp.set({ sink: sink.name }, 1)
  }

  get status(): SinkStatus {
    return {
      name: this.#sink.name,
      state: this.#isFailing ? 'failing' : 'ok',
      written: this.#written,
      dropped: this.#dropped,
      last_error: this.#lastError,
    }
  }

  give(events: readonly EventRecord[]): void {
    if (this.#waiting + events.length > this.#context.queue) {
      this.#drop(events.length)
      return
    }
    this.#waiting += events.length
    this.#last = this.#sink.write(events).then(
      () => {
        this.#waiting -= events.length
        this.#written += events.length
        this.#recovered()
      },
      (error: unknown) => {
        this.#waiting -= events.length
        this.#drop(events.length)
        this.#failed(error)
      },
    )
  }

  tidy(): void {
    this.#sink.tidy?.(this.#context.now().getTime()).catch((error) => this.#failed(error))
  }

  /** Waits until what was given is written, or lost. */
  async settled(): Promise<void> {
    await this.#last
  }

  async close(): Promise<void> {
    await this.#last
    await this.#sink.close().catch((error) => this.#failed(error))
  }

  #drop(count: number): void {
    this.#dropped += count
    this.#context.metrics.eventsDropped.inc({ sink: this.#sink.name }, count)
  }

  #failed(error: unknown): void {
    const { logger, metrics, now } = this.#context
    const message = messageOf(error)
    // Once, and not for every batch of a disk that is full.
    if (!this.#isFailing)
      logger.error({ sink: this.#sink.name, reason: message }, 'events are lost')
    this.#isFailing = true
    this.#lastError = { at: now().toISOString(), message }
    metrics.eventSinkUp.set({ sink: this.#sink.name }, 0)
  }

  #recovered(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#context.logger.info({ sink: this.#sink.name }, 'events are written again')
    this.#context.metrics.eventSinkUp.set({ sink: this.#sink.name }, 1)
  }
}
