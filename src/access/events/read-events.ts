import { FacetError } from '../../errors/facet-error.ts'
import type { EventFilter, EventStore, StoredEvent } from '../../store/event-port.ts'
import type { Recording } from './create-events.ts'

/** What is asked for, with times as text. */
export type AskedEvents = Omit<EventFilter, 'since' | 'until'> & {
  readonly since?: string | undefined
  readonly until?: string | undefined
}

export interface AskedPage extends AskedEvents {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly after?: number | undefined
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  readonly next_cursor?: string
}

/** Where events are read. @throws {FacetError} `not_recorded` when they are not kept */
export function storedEvents({ stored, events }: Recording): Reading {
  if (!events.isOn('database')) {
    throw new FacetError('not_recorded', 'Events are not kept here: the sink `database` is off.')
  }
  return {
    page: (query) => attempt(stored.page(query)),
    usage: (query) => attempt(stored.usage(query)),
  }
}

type Reading = Pick<EventStore, 'page' | 'usage'>

async function attempt<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    const message = 'The events cannot be read; GET /events/sinks says why.'
    throw new FacetError('not_recorded', message, { cause })
  }
}

/**
 * One page of events, newest first, or from an id on, oldest first. What was recorded up to now is
 * in it. A cursor is the id of the last event of the page before.
 *
 * @throws {FacetError} `invalid_cursor`, `not_recorded`
 */
export async function readEvents(
  recording: Recording,
  { limit, cursor, after, ...asked }: AskedPage,
): Promise<EventPage> {
  const store = storedEvents(recording)
  const isForward = after !== undefined
  const from = cursor === undefined ? after : idOf(cursor)
  await recording.events.flush()
  const found = await store.page({
    ...filterOf(asked),
    limit: limit + 1,
    ...(isForward ? { after: from } : { below: from }),
  })
  const events = found.slice(0, limit)
  if (found.length <= limit) return { events }
  return { events, next_cursor: Buffer.from(String(events.at(-1)!.id)).toString('base64url') }
}

/** All events that are wanted, newest first, page by page: what is written meanwhile is not in it. */
export async function* exportEvents(
  recording: Recording,
  asked: AskedEvents,
): AsyncIterable<readonly StoredEvent[]> {
  const store = storedEvents(recording)
  const limit = 1_000
  for (let below: number | undefined; ; ) {
    const events = await store.page({ ...filterOf(asked), limit, below })
    if (events.length > 0) yield events
    if (events.length < limit) return
    below = events.at(-1)!.id
  }
}

function filterOf({ since, until, ...rest }: AskedEvents): EventFilter {
  return {
    ...rest,
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  }
}

/** @throws {FacetError} `invalid_cursor` */
function idOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new FacetError('invalid_cursor', 'Start again without a cursor.')
}

/** An event as clients see it. */
export function presentEvent(event: StoredEvent) {
  const { at, decidedBy, actingAs, bytesIn, bytesOut } = event
  return {
    id: event.id,
    at: new Date(at).toISOString(),
    action: event.action,
    decision: event.decision,
    outcome: event.outcome,
    code: event.code,
    decided_by: decidedBy,
    caller: event.caller,
    credential: event.credential,
    acting_as: actingAs,
    server: event.server,
    type: event.type,
    entry: event.entry,
    name: event.name,
    source: event.source,
    ms: event.ms,
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    count: event.count,
    session: event.session,
    request: event.request,
    trace: event.trace,
    address: event.address,
  }
}
