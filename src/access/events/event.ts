import type { EventRecord } from '../../store/event-port.ts'
import type { Caller } from '../caller.ts'

const NOTHING = {
  code: null,
  decidedBy: null,
  caller: null,
  credential: null,
  actingAs: null,
  server: null,
  type: null,
  entry: null,
  name: null,
  source: null,
  ms: null,
  bytesIn: null,
  bytesOut: null,
  count: 1,
  session: null,
  request: null,
  trace: null,
  address: null,
} satisfies Partial<EventRecord>

type Known = 'at' | 'action' | 'decision' | 'outcome'

/** A record of which only some members are known. */
export function eventOf(known: Pick<EventRecord, Known> & Partial<EventRecord>): EventRecord {
  return { ...NOTHING, ...known }
}

/** What an event says of a caller. */
export function callerFields({ id, credential, agent }: Caller) {
  return { caller: id, credential: credential?.id ?? null, actingAs: agent ?? null }
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The trace a request belongs to, from its `traceparent` (W3C Trace Context). */
export function traceOf(traceparent: unknown): string | null {
  if (typeof traceparent !== 'string') return null
  return TRACEPARENT.exec(traceparent)?.[1] ?? null
}
