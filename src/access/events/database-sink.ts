import type { EventStore } from '../../store/event-port.ts'
import type { EventSettings } from './settings.ts'
import type { Sink } from './sink.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Events that can be asked for again. */
export function databaseSink(
  store: EventStore,
  { enabled, days, max_events, usage_days }: EventSettings['database'],
): Sink {
  return {
    name: 'database',
    isOn: enabled,
    write: (events) => store.append(events),
    tidy: (now) =>
      store.prune({
        before: now - days * DAY_MS,
        keep: max_events,
        usageBefore: now - usage_days * DAY_MS,
      }),
    close: () => store.close(),
  }
}
