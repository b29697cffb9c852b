import type { JsonObject } from '../store/ports.ts'
import type { LogLevel } from './log-level.ts'

/**
 * The client whose request is being run, as far as an upstream may come to need it: to ask it for
 * something, or to tell it something, while the request runs.
 */
export interface ClientPort {
  /** The same for all requests of one client, different between any two clients. */
  readonly key: string
  readonly era: 'modern' | 'legacy'
  /** What the client says it can do. */
  readonly capabilities: JsonObject
  /** From which level on it wants log messages; undefined when it did not say. */
  readonly logLevel: LogLevel | undefined
  /**
   * Asks the client something in the middle of its request. Only clients from before 2026-07-28,
   * in a session, can be asked; current ones are given a result that says what is needed.
   */
  readonly ask?: (method: string, params: JsonObject, signal: AbortSignal) => Promise<JsonObject>
  /** Passes a log message on, with the request it belongs to. */
  readonly log: (params: JsonObject) => void
  /** Tells the client something that belongs to none of its requests any more. */
  readonly tell?: (method: string, params: JsonObject) => void
  /** Aborted when the client's session is over; what was kept for it can go. */
  readonly gone?: AbortSignal
}
