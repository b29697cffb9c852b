import type { EventRecord } from '../../../store/event-port.ts'
import type { Details } from '../details.ts'
import type { EventSettings } from '../settings.ts'

export type FileSinkName = 'jsonl' | 'text' | 'transcript'

/** An event as files take it down. */
export interface DetailedEvent extends EventRecord {
  readonly details?: Details
}

/** What a transcript is about; everything when nothing is said. */
export interface TranscriptFilter {
  readonly caller?: string | undefined
  readonly server?: string | undefined
  readonly session?: string | undefined
}

/** What is asked of the thread that writes files. */
export type Request =
  | { method: 'write'; sink: FileSinkName; events: readonly DetailedEvent[] }
  | { method: 'tidy'; sink: FileSinkName; now: number }
  | { method: 'start'; sink: FileSinkName; now: number; filter: TranscriptFilter }
  | { method: 'stop'; sink: FileSinkName; now: number }
  | { method: 'close' }

export interface WorkerData {
  readonly settings: EventSettings
}

/** A file that events are written to, in the thread that does that. */
export interface FileSink {
  write(events: readonly DetailedEvent[]): void
  tidy?(now: number): Promise<void>
  start?(now: number, filter: TranscriptFilter): void
  stop?(now: number): void
}
