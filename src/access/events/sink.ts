import type { Wanted } from './details.ts'
import type { DetailedEvent, TranscriptFilter } from './files/protocol.ts'

/** Somewhere events go. What it does it does elsewhere than on the thread that answers requests. */
export interface Sink {
  readonly name: string
  /** Whether it is on from the start. */
  readonly isOn: boolean
  /** What it asks for of arguments and results. */
  readonly wants?: Wanted
  /** @throws when they could not be written; they are then lost to this sink */
  write(events: readonly DetailedEvent[]): Promise<void>
  /** Done now and then, and at the start: what has grown too old is removed. */
  tidy?(now: number): Promise<void>
  /** Done when it is switched on and off. */
  start?(now: number, filter: TranscriptFilter): Promise<void>
  stop?(now: number): Promise<void>
  close(): Promise<void>
}

/** How a sink is doing. */
export interface SinkStatus {
  readonly name: string
  readonly state: 'on' | 'off' | 'failing'
  readonly written: number
  readonly dropped: number
  readonly last_error: { readonly at: string; readonly message: string } | null
}
