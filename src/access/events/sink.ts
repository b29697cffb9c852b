import type { EventRecord } from '../../store/event-port.ts'

/** Somewhere events go. What it does it does elsewhere than on the thread that answers requests. */
export interface Sink {
  readonly name: string
  /** @throws when they could not be written; they are then lost to this sink */
  write(events: readonly EventRecord[]): Promise<void>
  /** Done now and then, and at the start: what has grown too old is removed. */
  tidy?(now: number): Promise<void>
  close(): Promise<void>
}

/** How a sink is doing. */
export interface SinkStatus {
  readonly name: string
  readonly state: 'ok' | 'failing'
  readonly written: number
  readonly dropped: number
  readonly last_error: { readonly at: string; readonly message: string } | null
}
