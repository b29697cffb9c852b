import type { EventQuery, EventRetention, UsageQuery } from '../../event-port.ts'

/** What the store of events asks of its thread. */
export type Request =
  /** Events as a JSON list of lists, in the order of the columns: the cheapest way to hand them over. */
  | { method: 'append'; rows: string }
  | { method: 'page'; query: EventQuery }
  | { method: 'usage'; query: UsageQuery }
  | { method: 'prune'; retention: EventRetention }
  | { method: 'close' }
