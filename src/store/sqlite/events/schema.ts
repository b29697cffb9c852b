import type Database from 'better-sqlite3'
import type { EventRecord } from '../../event-port.ts'

/** Members of an event in the order they travel to the thread, and their columns. */
export const COLUMNS: readonly (readonly [member: keyof EventRecord, column: string])[] = [
  ['at', 'at'],
  ['action', 'action'],
  ['decision', 'decision'],
  ['outcome', 'outcome'],
  ['code', 'code'],
  ['decidedBy', 'decided_by'],
  ['caller', 'caller'],
  ['credential', 'credential'],
  ['actingAs', 'acting_as'],
  ['server', 'server'],
  ['type', 'type'],
  ['entry', 'entry'],
  ['name', 'name'],
  ['source', 'source'],
  ['ms', 'ms'],
  ['bytesIn', 'bytes_in'],
  ['bytesOut', 'bytes_out'],
  ['count', 'count'],
  ['session', 'session'],
  ['request', 'request'],
  ['trace', 'trace'],
  ['address', 'address'],
]

const TABLES = `
  create table events (
    id integer primary key autoincrement,
    at integer not null,
    action text not null,
    decision text not null,
    outcome text not null,
    code text,
    decided_by text,
    caller text,
    credential text,
    acting_as text,
    server text,
    type text,
    entry text,
    name text,
    source text,
    ms real,
    bytes_in integer,
    bytes_out integer,
    count integer not null,
    session text,
    request text,
    trace text,
    address text
  ) strict;
  create index events_at on events (at);
  create index events_caller on events (caller, id);
  create index events_server on events (server, id);
  create index events_denied on events (id) where decision = 'deny';
  create table usage (
    hour integer not null,
    caller text not null,
    server text not null,
    calls integer not null,
    errors integer not null,
    denied integer not null,
    lists integer not null,
    bytes_in integer not null,
    bytes_out integer not null,
    ms real not null,
    last_at integer not null,
    primary key (hour, caller, server)
  ) strict, without rowid;
`

/** The tables by number of version: what is there is never changed, only followed by more. */
const VERSIONS: readonly string[] = [TABLES]

const versionOf = (sqlite: Database.Database) =>
  sqlite.pragma('user_version', { simple: true }) as number

/** @throws {Error} for a database that a later Facet wrote, before anything is changed in it */
export function refuseLater(sqlite: Database.Database): void {
  const version = versionOf(sqlite)
  if (version <= VERSIONS.length) return
  throw new Error(`the events were written by a later version (${version}) of Facet`)
}

/** Brings a database to the newest version. */
export function migrate(sqlite: Database.Database): void {
  const version = versionOf(sqlite)
  VERSIONS.slice(version).forEach((statements, index) => {
    sqlite.transaction(() => {
      sqlite.exec(statements)
      sqlite.pragma(`user_version = ${version + index + 1}`)
    })()
  })
}
