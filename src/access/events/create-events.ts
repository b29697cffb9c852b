import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { EventStore } from '../../store/event-port.ts'
import { databaseSink } from './database-sink.ts'
import { Events } from './events.ts'
import { fileSinks } from './files/file-sinks.ts'
import type { Redactor } from './redact.ts'
import type { EventSettings } from './settings.ts'
import type { Sink } from './sink.ts'

export interface CreateEventsOptions {
  readonly settings: EventSettings
  /** File of the database that the events are kept beside. */
  readonly database: string
  readonly open: (file: string) => EventStore
  readonly redactor: Redactor
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => Date
}

/** What records, and where it can be read again. */
export interface Recording {
  readonly events: Events
  readonly stored: EventStore
}

export function createEvents(options: CreateEventsOptions): Recording {
  const { settings, database, open } = options
  const file = settings.database.file ?? besides(database)
  const stored = open(file)
  const sinks: Sink[] = [databaseSink(stored, settings.database), ...fileSinks(settings)]
  return { events: new Events({ ...options, sinks, queue: settings.queue }), stored }
}

/** `data/facet.db` has its events in `data/facet.events.db`. */
function besides(database: string): string {
  if (database === ':memory:') return database
  return `${database.replace(/\.db$/, '')}.events.db`
}
