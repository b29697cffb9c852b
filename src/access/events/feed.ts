import { messageOf } from '../../errors/facet-error.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { cut, type Wanted } from './details.ts'
import type { DetailedEvent, TranscriptFilter } from './files/protocol.ts'
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
  readonly name: string
  readonly #sink: Sink
  readonly #context: FeedContext
  #isOn: boolean
  #isFailing = false
  #waiting = 0
  #written = 0
  #dropped = 0
  #lastError: SinkStatus['last_error'] = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(sink: Sink, context: FeedContext) {
    this.name = sink.name
    this.#sink = sink
    this.#context = context
    this.#isOn = sink.isOn
    this.#show()
  }

  get isOn(): boolean {
    return this.#isOn
  }

  get wants(): Wanted | undefined {
    return this.#isOn ? this.#sink.wants : undefined
  }

  get status(): SinkStatus {
    return {
      name: this.name,
      state: !this.#isOn ? 'off' : this.#isFailing ? 'failing' : 'on',
      written: this.#written,
      dropped: this.#dropped,
      last_error: this.#lastError,
    }
  }

  give(events: readonly DetailedEvent[]): void {
    if (!this.#isOn || events.length === 0) return
    if (this.#waiting + events.length > this.#context.queue) {
      this.#drop(events.length)
      return
    }
    this.#waiting += events.length
    this.#last = this.#sink.write(narrowed(events, this.#sink.wants)).then(
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
    if (!this.#isOn) return
    const tidying = this.#sink.tidy?.(this.#context.now().getTime())
    tidying?.catch((error: unknown) => this.#failed(error))
  }

  /** @throws when it cannot begin; it is then off as before */
  async start(filter: TranscriptFilter): Promise<void> {
    try {
      await this.#sink.start?.(this.#context.now().getTime(), filter)
    } catch (error) {
      this.#failed(error)
      throw error
    }
    this.#isOn = true
    this.#recovered()
    this.#show()
  }

  async stop(): Promise<void> {
    this.#isOn = false
    this.#show()
    await this.#last
    const stopping = this.#sink.stop?.(this.#context.now().getTime())
    await stopping?.catch((error: unknown) => this.#failed(error))
  }

  /** Waits until what was given is written, or lost. */
  async settled(): Promise<void> {
    await this.#last
  }

  async close(): Promise<void> {
    await this.#last
    if (this.#isOn) await this.stop()
    await this.#sink.close().catch((error: unknown) => this.#failed(error))
  }

  #drop(count: number): void {
    this.#dropped += count
    this.#context.metrics.eventsDropped.inc({ sink: this.name }, count)
  }

  #failed(error: unknown): void {
    const { logger, now } = this.#context
    const message = messageOf(error)
    // Once, and not for every batch of a disk that is full.
    if (!this.#isFailing) logger.error({ sink: this.name, reason: message }, 'events are lost')
    this.#isFailing = true
    this.#lastError = { at: now().toISOString(), message }
    this.#show()
  }

  #recovered(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#context.logger.info({ sink: this.name }, 'events are written again')
    this.#show()
  }

  /** One that is off is no sink that fails. */
  #show(): void {
    const { eventSinkUp } = this.#context.metrics
    if (this.#isOn) eventSinkUp.set({ sink: this.name }, this.#isFailing ? 0 : 1)
    else eventSinkUp.remove({ sink: this.name })
  }
}

/** A sink gets what it asked for, also where another one asked for more. */
function narrowed(
  events: readonly DetailedEvent[],
  wants: Wanted | undefined,
): readonly DetailedEvent[] {
  if (!events.some(({ details }) => details)) return events
  return events.map(({ details, ...event }) => {
    if (!details || !wants) return event
    const params = wants.params ? details.params : null
    const result = wants.result > 0 && details.result !== null ? details.result : null
    return {
      ...event,
      details: { params, result: result === null ? null : cut(result, wants.result) },
    }
  })
}
