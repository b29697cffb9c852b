import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { Response } from '../thread.ts'
import { accessTables } from './access-tables.ts'
import { drizzle, eq, getTableColumns, gt, migrate, sql } from './drizzle.ts'
import { guardTables } from './guard-tables.ts'
import { takeOwnership } from './ownership.ts'
import { policyTables } from './policy-tables.ts'
import type { Request } from './protocol.ts'
import {
  type EntryRow,
  entries,
  type GrantRow,
  grants,
  owner,
  type SourceRow,
  servers,
  sources,
  type VectorRow,
} from './schema.ts'
import { selectionTables } from './selection-tables.ts'
import { serverTables } from './server-tables.ts'

/**
 * The thread that owns the database file. better-sqlite3 is synchronous, and waiting for a disk is
 * the one thing the thread that answers requests must not do.
 */

const migrationsFolder = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url))
const PAGE = 500

const { file } = workerData as { file: string }
const port = parentPort!
const { sqlite, db } = open(file)
const ofServers = serverTables(db)
const ofSelection = selectionTables(db)
const ofAccess = accessTables(db)
const ofPolicies = policyTables(db)
const ofGuards = guardTables(db)
const putEntry = prepareEntryPut()
const staged: EntryRow[] = []

function open(path: string): { sqlite: Database.Database; db: BetterSQLite3Database } {
  const inMemory = path === ':memory:'
  if (!inMemory && !existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true })
  if (!inMemory) {
    for (const each of [path, `${path}.lock`]) createPrivately(each)
    takeOwnership(path)
  }
  const sqlite = new Database(path)
  sqlite.pragma('journal_mode = WAL')
  // An acknowledged write survives a power cut, not only the end of the process.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  const db = drizzle(sqlite)
  migrate(db, { migrationsFolder })
  const row = { id: 1, pid: process.pid, startedAt: new Date().toISOString() }
  db.insert(owner).values(row).onConflictDoUpdate({ target: owner.id, set: row }).run()
  return { sqlite, db }
}

/** What is stored is for whoever runs the service; SQLite gives the files beside it the same mode. */
function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

/** Prepared once: building the statement anew for each of 10,000 rows takes seconds. */
function prepareEntryPut() {
  const columns = Object.entries(getTableColumns(entries))
  const values = Object.fromEntries(columns.map(([key]) => [key, sql.placeholder(key)]))
  const set = Object.fromEntries(
    columns.map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]),
  )
  return db
    .insert(entries)
    .values(values as never)
    .onConflictDoUpdate({ target: entries.id, set })
    .prepare()
}

/** Adds rows to the write that the next `commit` makes one transaction of. */
function stage(rows: EntryRow[]): void {
  staged.push(...rows)
}

function commit(remove: readonly string[]): void {
  const rows = staged.splice(0)
  db.transaction((tx) => {
    for (const id of remove) tx.delete(entries).where(eq(entries.id, id)).run()
    for (const row of rows) putEntry.run(row)
  })
}

function removeSource(id: string): void {
  db.transaction((tx) => {
    tx.delete(entries).where(eq(entries.source, id)).run()
    tx.delete(grants).where(eq(grants.id, id)).run()
    tx.delete(sources).where(eq(sources.id, id)).run()
  })
}

function handle(request: Request): unknown {
  switch (request.method) {
    case 'entries.page':
      return db
        .select()
        .from(entries)
        .where(gt(entries.id, request.after))
        .orderBy(entries.id)
        .limit(PAGE)
        .all()
    case 'entries.stage':
      return stage(request.rows)
    case 'entries.commit':
      return commit(request.remove)
    case 'sources.all':
      return db.select().from(sources).orderBy(sources.sequence).all()
    case 'sources.put':
      return putSource(request.row)
    case 'sources.remove':
      return removeSource(request.id)
    case 'grants.all':
      return db.select().from(grants).all()
    case 'grants.put':
      return putGrant(request.row)
    case 'grants.remove':
      return void db.delete(grants).where(eq(grants.id, request.id)).run()
    case 'servers.all':
      return db.select().from(servers).orderBy(servers.sequence).all()
    case 'servers.put':
      return ofServers.put(request.rows)
    case 'servers.remove':
      return ofServers.remove(request.id)
    case 'servers.versions':
      return ofServers.versions(request.id, request.below, request.limit)
    case 'servers.version':
      return ofServers.version(request.id, request.version)
    case 'approvals.all':
      return ofServers.allApprovals()
    case 'approvals.put':
      return ofServers.decide(request.rows)
    case 'approvals.forget':
      return ofServers.forgetEntries(request.entries)
    case 'policies.all':
      return ofPolicies.all()
    case 'policies.put':
      return ofPolicies.put(request.row)
    case 'policies.remove':
      return ofPolicies.remove(request.id)
    case 'policies.write':
      return ofPolicies.write(request.rows, request.remove)
    case 'hidden.all':
      return ofPolicies.allHidden()
    case 'hidden.put':
      return ofPolicies.hide(request.row)
    case 'hidden.remove':
      return ofPolicies.unhide(request.row)
    case 'hidden.forget':
      return ofPolicies.forgetEntries(request.entries)
    case 'guards.all':
      return ofGuards.all()
    case 'guards.put':
      return ofGuards.put(request.row)
    case 'guards.remove':
      return ofGuards.remove(request.id)
    case 'guards.states':
      return ofGuards.states()
    case 'guards.failed':
      return ofGuards.putFailures(request.rows)
    case 'guards.step':
      return ofGuards.putStep(request.row)
    case 'guards.forget':
      return ofGuards.forget(request.guard, request.caller)
    case 'verdicts.load':
      return ofSelection.verdicts(request.fingerprint)
    case 'verdicts.save':
      return ofSelection.saveVerdicts(request.rows)
    case 'chosen.load':
      return ofSelection.chosen(request.rule)
    case 'chosen.save':
      return ofSelection.saveChosen(request.row)
    case 'chosen.remove':
      return ofSelection.removeChosen(request.rule)
    case 'vectors.load':
      return ofSelection.vectors(request.model, request.hashes, request.usedAt)
    case 'vectors.save':
      return ofSelection.saveVectors(request.rows.map(asBuffer))
    case 'spend.of':
      return ofSelection.spent(request.day)
    case 'spend.add':
      return ofSelection.addSpend(request.day, request.profile, request.tokens)
    case 'selection.prune':
      return ofSelection.prune(request.inUse, request.before)
    case 'access.load':
      return ofAccess.load()
    case 'access.write':
      return ofAccess.write(request.rows)
    case 'access.used':
      return ofAccess.used(request.times)
    case 'check':
      return void sqlite.prepare('select 1').get()
    case 'close':
      return void sqlite.close()
  }
}

function putSource(row: SourceRow): void {
  db.insert(sources).values(row).onConflictDoUpdate({ target: sources.id, set: row }).run()
}

function putGrant(row: GrantRow): void {
  db.insert(grants).values(row).onConflictDoUpdate({ target: grants.id, set: row }).run()
}

/** A message turns a Buffer into a plain array of bytes, which the driver does not take. */
function asBuffer(row: VectorRow): VectorRow {
  return { ...row, vector: Buffer.from(row.vector) }
}

port.on('message', ({ id, request }: { id: number; request: Request }) => {
  let response: Response
  try {
    response = { id, result: handle(request) }
  } catch (error) {
    staged.length = 0
    response = { id, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(response)
  if (request.method === 'close') port.close()
})
port.postMessage({ id: 0, result: null } satisfies Response)
