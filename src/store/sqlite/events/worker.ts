import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { EventQuery, EventRecord, EventRetention, StoredEvent } from '../../event-port.ts'
import type { Response } from '../../thread.ts'
import type { Request } from './protocol.ts'
import { COLUMNS, migrate, refuseLater } from './schema.ts'
import { usageTable } from './usage.ts'

/**
 * The thread that owns the events: a file of its own, so that neither a flood of calls nor a look
 * through a million of them keeps the catalog waiting.
 */

/** Events that go in one transaction when they are pruned: appending must not wait long. */
const SLICE = 5_000

const { file } = workerData as { file: string }
const port = parentPort!
const sqlite = open(file)
const usage = usageTable(sqlite)
const insert = sqlite.prepare(
  `insert into events (${COLUMNS.map(([, column]) => column).join(', ')})
   values (${COLUMNS.map(() => '?').join(', ')})`,
)
const appendAll = sqlite.transaction((rows: readonly unknown[][]) => {
  for (const row of rows) insert.run(row)
  usage.add(rows.map(toEvent))
})
const selected = `id, ${COLUMNS.map(([member, column]) => `${column} as ${member}`).join(', ')}`

function open(path: string): Database.Database {
  if (path !== ':memory:') {
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true })
    // Who did what is for whoever runs the service.
    closeSync(openSync(path, 'a', 0o600))
  }
  const database = new Database(path)
  refuseLater(database)
  database.pragma('journal_mode = WAL')
  // What was written survives the end of the process; a power cut may take the last of it.
  database.pragma('synchronous = NORMAL')
  migrate(database)
  return database
}

function toEvent(row: readonly unknown[]): EventRecord {
  return Object.fromEntries(COLUMNS.map(([member], i) => [member, row[i]])) as never
}

function page({ below, after, limit, ...filter }: EventQuery): StoredEvent[] {
  const conditions = ['1']
  const put = (condition: string, value: unknown) => {
    if (value !== undefined) conditions.push(condition)
  }
  put('id < @below', below)
  put('id > @after', after)
  put('at >= @since', filter.since)
  put('at < @until', filter.until)
  put('caller = @caller', filter.caller)
  put('server = @server', filter.server)
  put('(entry = @entry or name = @entry)', filter.entry)
  put('source = @source', filter.source)
  put('action = @action', filter.action)
  put('decision = @decision', filter.decision)
  put('outcome = @outcome', filter.outcome)
  const order = after === undefined ? 'desc' : 'asc'
  const statement = sqlite.prepare(
    `select ${selected} from events where ${conditions.join(' and ')}
     order by id ${order} limit @limit`,
  )
  return statement.all({ below, after, limit, ...filter }) as StoredEvent[]
}

/** By id, which is the order of writing: a range of ids is found without looking at the rows. */
function prune({ before, keep, usageBefore }: EventRetention): void {
  usage.prune(usageBefore)
  const last = sqlite.prepare('select max(id) from events').pluck().get() as number | null
  if (last === null) return
  const aged = sqlite.prepare('select max(id) from events where at < ?').pluck().get(before) as
    | number
    | null
  const upTo = Math.max(aged ?? 0, last - keep)
  const first = sqlite.prepare('select min(id) from events').pluck().get() as number
  const remove = sqlite.prepare('delete from events where id <= ?')
  for (let id = first - 1; id < upTo; ) {
    id = Math.min(id + SLICE, upTo)
    remove.run(id)
  }
}

function handle(request: Request): unknown {
  switch (request.method) {
    case 'append':
      return appendAll(JSON.parse(request.rows) as unknown[][])
    case 'page':
      return page(request.query)
    case 'usage':
      return usage.read(request.query)
    case 'prune':
      return prune(request.retention)
    case 'close':
      return void sqlite.close()
  }
}

port.on('message', ({ id, request }: { id: number; request: Request }) => {
  let response: Response
  try {
    response = { id, result: handle(request) ?? null }
  } catch (error) {
    response = { id, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(response)
  if (request.method === 'close') port.close()
})
port.postMessage({ id: 0, result: null } satisfies Response)
