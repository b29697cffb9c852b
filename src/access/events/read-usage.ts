import type { UsageRecord } from '../../store/event-port.ts'
import type { Recording } from './create-events.ts'
import { storedEvents } from './read-events.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

export interface AskedUsage {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly caller?: string | undefined
  readonly server?: string | undefined
}

/** What each caller did in a window of whole hours, most calls first, and where. */
export async function readUsage(recording: Recording, asked: AskedUsage) {
  const { caller, server } = asked
  const until =
    asked.until === undefined ? recording.events.now().getTime() : Date.parse(asked.until)
  const since = asked.since === undefined ? until - DAY_MS : Date.parse(asked.since)
  const store = storedEvents(recording)
  await recording.events.flush()
  const rows = await store.usage({ since, until, caller, server })
  const callers = [...Map.groupBy(rows, (row) => String(row.caller))].map(([id, of]) => ({
    caller: id,
    ...presented(of),
    servers: of.map((row) => ({ server: row.server || null, ...presented([row]) })),
  }))
  return {
    since: new Date(Math.floor(since / HOUR_MS) * HOUR_MS).toISOString(),
    until: new Date(Math.ceil(until / HOUR_MS) * HOUR_MS).toISOString(),
    callers: callers.sort((a, b) => b.calls - a.calls),
  }
}

const NO_USE = {
  calls: 0,
  errors: 0,
  denied: 0,
  lists: 0,
  bytes_in: 0,
  bytes_out: 0,
  ms: 0,
  last_at: null,
}

/** What one caller did. */
export async function readOwnUsage(recording: Recording, caller: string, asked: AskedUsage) {
  const { callers, ...window } = await readUsage(recording, { ...asked, caller })
  return { ...window, ...(callers[0] ?? { caller, ...NO_USE, servers: [] }) }
}

function presented(rows: readonly UsageRecord[]) {
  const sum = (of: (row: UsageRecord) => number) => rows.reduce((total, row) => total + of(row), 0)
  return {
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    denied: sum(({ denied }) => denied),
    lists: sum(({ lists }) => lists),
    bytes_in: sum(({ bytesIn }) => bytesIn),
    bytes_out: sum(({ bytesOut }) => bytesOut),
    ms: Math.round(sum(({ ms }) => ms) * 1_000) / 1_000,
    last_at: new Date(Math.max(...rows.map(({ lastAt }) => lastAt))).toISOString(),
  }
}
