/** What was asked for: `authenticate` is signing in, and showing a credential that is not taken. */
export const EVENT_ACTIONS = ['list', 'call', 'read', 'write', 'manage', 'authenticate'] as const
export const EVENT_DECISIONS = ['allow', 'deny'] as const
/** How it ended: `denied` never began; `input_required` waits for the client. */
export const EVENT_OUTCOMES = ['ok', 'error', 'cancelled', 'denied', 'input_required'] as const

export type EventAction = (typeof EVENT_ACTIONS)[number]
export type EventDecision = (typeof EVENT_DECISIONS)[number]
export type EventOutcome = (typeof EVENT_OUTCOMES)[number]

/** One record of a decision, or of several alike in one minute. It holds no secret. */
export interface EventRecord {
  /** In ms since 1970. */
  readonly at: number
  readonly action: EventAction
  readonly decision: EventDecision
  readonly outcome: EventOutcome
  /** What went wrong: a code of the error catalogue, `tool_error`, `protocol_error`. */
  readonly code: string | null
  /** The policy or guard that decided: `policy:no-deletes`. */
  readonly decidedBy: string | null
  /** Id of the caller; null for nobody. */
  readonly caller: string | null
  /** Id of the key or token that the caller showed. */
  readonly credential: string | null
  /** On whose behalf, where a caller acts as a delegate. */
  readonly actingAs: string | null
  /** Id of the dynamic server. */
  readonly server: string | null
  /** What it was about: an entry type, `user`, `key`, `policy`, `server`, `source` … */
  readonly type: string | null
  /** Id of what it was about. */
  readonly entry: string | null
  /** The name it was asked for by: of an entry as the server shows it, of a route its pattern. */
  readonly name: string | null
  readonly source: string | null
  readonly ms: number | null
  /** Bytes of the arguments, and of the result. */
  readonly bytesIn: number | null
  readonly bytesOut: number | null
  /** How many alike this record stands for. */
  readonly count: number
  readonly session: string | null
  readonly request: string | null
  readonly trace: string | null
  /** Where a refused credential came from. */
  readonly address: string | null
}

/** A record as it is kept: numbered in the order of writing. */
export interface StoredEvent extends EventRecord {
  readonly id: number
}

/** Which events are wanted; members that are unset exclude nothing. */
export interface EventFilter {
  /** From this time on, in ms. */
  readonly since?: number | undefined
  /** Before this time. */
  readonly until?: number | undefined
  readonly caller?: string | undefined
  readonly server?: string | undefined
  /** An entry's id, or the name it was asked for by. */
  readonly entry?: string | undefined
  readonly source?: string | undefined
  readonly action?: EventAction | undefined
  readonly decision?: EventDecision | undefined
  readonly outcome?: EventOutcome | undefined
}

export interface EventQuery extends EventFilter {
  readonly limit: number
  /** Newest first, below this id. */
  readonly below?: number | undefined
  /** Oldest first, above this id. */
  readonly after?: number | undefined
}

/** What one caller did on one server, in whole hours. */
export interface UsageRecord {
  readonly caller: string | null
  readonly server: string | null
  readonly calls: number
  /** Calls that did not end well. */
  readonly errors: number
  /** Whatever was denied. */
  readonly denied: number
  readonly lists: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Time of all calls together. */
  readonly ms: number
  readonly lastAt: number
}

export interface UsageQuery {
  readonly since: number
  readonly until: number
  readonly caller?: string | undefined
  readonly server?: string | undefined
}

/** What is older, or beyond the number, may go. */
export interface EventRetention {
  /** Events from before this time, in ms. */
  readonly before: number
  readonly keep: number
  /** Usage from before this time. */
  readonly usageBefore: number
}

/** Events that are kept. Every write is one transaction. */
export interface EventStore {
  append(events: readonly EventRecord[]): Promise<void>
  page(query: EventQuery): Promise<readonly StoredEvent[]>
  usage(query: UsageQuery): Promise<readonly UsageRecord[]>
  prune(retention: EventRetention): Promise<void>
  close(): Promise<void>
}
