import type Database from 'better-sqlite3'
import type { EventRecord, UsageQuery, UsageRecord } from '../../event-port.ts'

const HOUR = 60 * 60 * 1000

type Counts = Pick<
  UsageRecord,
  'calls' | 'errors' | 'denied' | 'lists' | 'bytesIn' | 'bytesOut' | 'ms' | 'lastAt'
>

const COUNTED: readonly EventRecord['action'][] = ['list', 'call', 'read']

/** Usage by caller, server and hour: what it adds up to outlives the events themselves. */
export function usageTable(sqlite: Database.Database) {
  const put = sqlite.prepare(`
    insert into usage values (@hour, @caller, @server, @calls, @errors, @denied, @lists,
      @bytesIn, @bytesOut, @ms, @lastAt)
    on conflict do update set
      calls = calls + excluded.calls, errors = errors + excluded.errors,
      denied = denied + excluded.denied, lists = lists + excluded.lists,
      bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out,
      ms = ms + excluded.ms, last_at = max(last_at, excluded.last_at)`)
  const remove = sqlite.prepare('delete from usage where hour < ?')
  return {
    /** Nobody's requests, and what is done to the service itself, are no usage of it. */
    add(events: readonly EventRecord[]): void {
      const sums = new Map<string, Counts & { hour: number; caller: string; server: string }>()
      for (const event of events) {
        if (event.caller === null || !COUNTED.includes(event.action)) continue
        const hour = Math.floor(event.at / HOUR)
        const server = event.server ?? ''
        const key = `${hour}\n${event.caller}\n${server}`
        const before = sums.get(key) ?? NOTHING
        sums.set(key, { ...added(before, event), hour, caller: event.caller, server })
      }
      for (const row of sums.values()) put.run(row)
    },
    read({ since, until, caller, server }: UsageQuery): UsageRecord[] {
      const conditions = ['hour >= @from', 'hour < @to']
      if (caller !== undefined) conditions.push('caller = @caller')
      if (server !== undefined) conditions.push('server = @server')
      const statement = sqlite.prepare(`
        select caller, server, sum(calls) calls, sum(errors) errors, sum(denied) denied,
          sum(lists) lists, sum(bytes_in) bytesIn, sum(bytes_out) bytesOut, sum(ms) ms,
          max(last_at) lastAt
        from usage where ${conditions.join(' and ')}
        group by caller, server order by caller, server`)
      const from = Math.floor(since / HOUR)
      const to = Math.ceil(until / HOUR)
      return statement.all({ from, to, caller, server }) as UsageRecord[]
    },
    prune: (before: number) => remove.run(Math.floor(before / HOUR)),
  }
}

const NOTHING: Counts = {
  calls: 0,
  errors: 0,
  denied: 0,
  lists: 0,
  bytesIn: 0,
  bytesOut: 0,
  ms: 0,
  lastAt: 0,
}

function added(sum: Counts, event: EventRecord): Counts {
  const { at, action, decision, outcome, count } = event
  const isCall = decision === 'allow' && action !== 'list'
  return {
    calls: sum.calls + (isCall ? count : 0),
    errors: sum.errors + (isCall && (outcome === 'error' || outcome === 'cancelled') ? count : 0),
    denied: sum.denied + (decision === 'deny' ? count : 0),
    lists: sum.lists + (decision === 'allow' && action === 'list' ? count : 0),
    bytesIn: sum.bytesIn + (event.bytesIn ?? 0),
    bytesOut: sum.bytesOut + (event.bytesOut ?? 0),
    ms: sum.ms + (isCall ? (event.ms ?? 0) : 0),
    lastAt: Math.max(sum.lastAt, at),
  }
}
