import type { EventRecord, EventStore, StoredEvent, UsageRecord } from '../../event-port.ts'
import { LazyThread, startThread } from '../../thread.ts'
import type { Request } from './protocol.ts'

/**
 * Keeps events in a SQLite file of its own, in a thread of its own. `file` is a path, or
 * `:memory:`. It is opened at first use; what cannot be opened is tried again at the next.
 */
export function openSqliteEvents(file: string): EventStore {
  const thread = new LazyThread(() => startThread<Request>('./worker', import.meta.url, { file }))
  const ask = (request: Request) => thread.ask(request)

  return {
    append: async (events) => void (await ask({ method: 'append', rows: toRows(events) })),
    page: async (query) => (await ask({ method: 'page', query })) as StoredEvent[],
    usage: async (query) => (await ask({ method: 'usage', query })) as UsageRecord[],
    prune: async (retention) => void (await ask({ method: 'prune', retention })),
    close: () => thread.close(),
  }
}

function toRows(events: readonly EventRecord[]): string {
  return JSON.stringify(events.map(toRow))
}

/** Written out: looking members up by name would cost more than all the rest. */
function toRow(event: EventRecord): unknown[] {
  return [
    event.at,
    event.action,
    event.decision,
    event.outcome,
    event.code,
    event.decidedBy,
    event.caller,
    event.credential,
    event.actingAs,
    event.server,
    event.type,
    event.entry,
    event.name,
    event.source,
    event.ms,
    event.bytesIn,
    event.bytesOut,
    event.count,
    event.session,
    event.request,
    event.trace,
    event.address,
  ]
}
