import type { EventRecord, EventStore, StoredEvent, UsageRecord } from '../../event-port.ts'
import { startThread, type Thread } from '../thread.ts'
import type { Request } from './protocol.ts'

/**
 * Keeps events in a SQLite file of its own, in a thread of its own. `file` is a path, or
 * `:memory:`. It is opened at first use; what cannot be opened is tried again at the next.
 */
export function openSqliteEvents(file: string): EventStore {
  let opened: Promise<Thread<Request>> | undefined

  const thread = () => {
    opened ??= startThread<Request>('./events/worker', { file })
    return opened
  }
  async function ask(request: Request): Promise<unknown> {
    const started = thread()
    let running: Thread<Request>
    try {
      running = await started
    } catch (error) {
      if (opened === started) opened = undefined
      throw error
    }
    try {
      return await running.ask(request)
    } catch (error) {
      // A thread that ended is replaced; a request that was refused leaves it as it is.
      if (running.ended && opened === started) opened = undefined
      throw error
    }
  }

  return {
    append: async (events) => void (await ask({ method: 'append', rows: toRows(events) })),
    page: async (query) => (await ask({ method: 'page', query })) as StoredEvent[],
    usage: async (query) => (await ask({ method: 'usage', query })) as UsageRecord[],
    prune: async (retention) => void (await ask({ method: 'prune', retention })),
    async close() {
      const running = await opened?.catch(() => undefined)
      await running?.close()
    },
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
