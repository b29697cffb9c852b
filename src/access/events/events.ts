import { FacetError, messageOf } from '../../errors/facet-error.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { EventRecord } from '../../store/event-port.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { Caller } from '../caller.ts'
import { cut, takeDetails, type Wanted } from './details.ts'
import { callerFields, eventOf } from './event.ts'
import { Feed } from './feed.ts'
import type { DetailedEvent, TranscriptFilter } from './files/protocol.ts'
import type { Redactor } from './redact.ts'
import type { Sink, SinkStatus } from './sink.ts'
import { Tally } from './tally.ts'

/** How long an event waits at most before it is handed to the sinks, in ms. */
const FLUSH_MS = 250

/** Events handed over at a time: turning more into text would hold the event loop. */
const BATCH = 500

const TIDY_MS = 60_000

/** Characters of a name that a client made up. */
const LONGEST = 500

export interface EventsOptions {
  readonly sinks: readonly Sink[]
  readonly redactor: Redactor
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => Date
  /** Events that may wait, here and for each sink; what comes on top is dropped and counted. */
  readonly queue: number
}

/**
 * Takes down what was decided and what was called. To record costs about a microsecond, waits for
 * nothing and fails nothing: the sinks write in threads of their own.
 */
export class Events {
  readonly now: () => Date
  readonly #feeds: readonly Feed[]
  readonly #metrics: Metrics
  readonly #redactor: Redactor
  readonly #most: number
  readonly #tally = new Tally()
  #queue: DetailedEvent[] = []
  /** What the sinks want of arguments and results, if any of them wants any. */
  #wanted: Wanted | undefined
  #isOn = false
  #timer: NodeJS.Timeout | undefined
  readonly #minute: NodeJS.Timeout
  #tidied = Number.NEGATIVE_INFINITY

  constructor(options: EventsOptions) {
    this.now = options.now
    this.#metrics = options.metrics
    this.#redactor = options.redactor
    this.#most = options.queue
    this.#feeds = options.sinks.map((sink) => new Feed(sink, options))
    this.#switched()
    this.#minute = setInterval(() => this.#hand(), TIDY_MS).unref()
  }

  get status(): readonly SinkStatus[] {
    return this.#feeds.map(({ status }) => status)
  }

  isOn(sink: string): boolean {
    return this.#feeds.some(({ name, isOn }) => name === sink && isOn)
  }

  /** Takes down an event, and of arguments and result what the sinks ask for. */
  record(event: EventRecord, args?: JsonObject, result?: JsonObject | string): void {
    if (!this.#isOn) return
    if (this.#queue.length >= this.#most) {
      this.#metrics.eventsDropped.inc({ sink: 'all' })
      return
    }
    try {
      this.#queue.push(this.#prepared(event, args, result))
    } catch {
      // Whatever it is that cannot be taken down, it is no reason for a call to fail.
      this.#metrics.eventsDropped.inc({ sink: 'all' })
    }
    if (this.#queue.length === BATCH) setImmediate(() => this.#hand())
    this.#timer ??= setTimeout(() => this.#hand(), FLUSH_MS).unref()
  }

  /** Switches a sink on. @throws {FacetError} `not_recorded` when it cannot begin, `not_found` */
  async start(sink: string, filter: TranscriptFilter = {}): Promise<SinkStatus> {
    const feed = this.#feed(sink)
    await this.flush()
    try {
      await feed.start(filter)
    } catch (error) {
      throw new FacetError('not_recorded', `${sink} cannot begin: ${messageOf(error)}`)
    }
    this.#switched()
    return feed.status
  }

  /** Switches a sink off, after what was recorded up to now. */
  async stop(sink: string): Promise<SinkStatus> {
    const feed = this.#feed(sink)
    await this.flush()
    await feed.stop()
    this.#switched()
    return feed.status
  }

  /** Counts a list that was shown, by caller, server, type and minute. */
  listed(caller: Caller, server: string, type: string): void {
    const at = this.now().getTime()
    this.#tally.add(at, `${caller.id}\n${caller.agent ?? ''}\n${server}\n${type}`, () =>
      eventOf({
        at,
        action: 'list',
        decision: 'allow',
        outcome: 'ok',
        ...callerFields(caller),
        server,
        type,
      }),
    )
  }

  /** Records the first of its kind in a minute, and counts the others: nobody floods the events. */
  counted(given: EventRecord): void {
    // Scrubbed before it is kept: what is counted is handed over as it is.
    const event = this.#scrubbed(given)
    const { at, action, code, caller, server, address } = event
    const key = `${action}\n${code}\n${caller}\n${server}\n${address}`
    if (this.#tally.add(at, key, () => event, 0)) this.record(event)
  }

  /** Waits until what was recorded so far is written, or lost. */
  async flush(): Promise<void> {
    this.#hand()
    await Promise.all(this.#feeds.map((feed) => feed.settled()))
  }

  async close(): Promise<void> {
    clearInterval(this.#minute)
    this.#hand(true)
    await Promise.all(this.#feeds.map((feed) => feed.close()))
  }

  #feed(sink: string): Feed {
    const feed = this.#feeds.find(({ name }) => name === sink)
    if (feed) return feed
    throw new FacetError('not_found', `There is no sink ${JSON.stringify(sink)}.`)
  }

  #switched(): void {
    const wants = this.#feeds.flatMap((feed) => feed.wants ?? [])
    const params = wants.some((each) => each.params)
    const result = Math.max(0, ...wants.map((each) => each.result))
    this.#wanted = params || result > 0 ? { params, result } : undefined
    this.#isOn = this.#feeds.some(({ isOn }) => isOn)
  }

  #prepared(event: EventRecord, args?: JsonObject, result?: JsonObject | string): DetailedEvent {
    // What comes from a source is known by its name; anything else a client may have written.
    const isKnown = event.source !== null && event.type !== 'resource_template'
    const plain = isKnown && (event.request?.length ?? 0) < 20 ? event : this.#scrubbed(event)
    if (!this.#wanted || !args) return plain
    return { ...plain, details: takeDetails(this.#redactor, this.#wanted, args, result) }
  }

  #scrubbed(event: EventRecord): EventRecord {
    const clean = (text: string | null) =>
      text === null ? null : cut(this.#redactor.text(text.slice(0, 4 * LONGEST)), LONGEST)
    const { server, entry, name, request } = event
    return {
      ...event,
      server: clean(server),
      entry: clean(entry),
      name: clean(name),
      request: clean(request),
    }
  }

  /** Hands over what waits, and what was counted in minutes that are over. */
  #hand(everything = false): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const now = this.now().getTime()
    const all = [...this.#queue, ...this.#tally.take(now, everything)]
    this.#queue = []
    for (let i = 0; i < all.length; i += BATCH) {
      const batch = all.slice(i, i + BATCH)
      for (const feed of this.#feeds) feed.give(batch)
    }
    this.#count(all)
    if (now - this.#tidied < TIDY_MS) return
    this.#tidied = now
    for (const feed of this.#feeds) feed.tidy()
  }

  #count(events: readonly EventRecord[]): void {
    const sums = new Map<string, number>()
    for (const { action, decision, count } of events) {
      const key = `${action} ${decision}`
      sums.set(key, (sums.get(key) ?? 0) + count)
    }
    for (const [key, count] of sums) {
      const [action, decision] = key.split(' ') as [string, string]
      this.#metrics.events.inc({ action, decision }, count)
    }
  }
}
