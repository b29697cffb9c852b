import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { and, desc, eq, inArray, lt, lte } from './drizzle.ts'
import {
  type ApprovalRow,
  approvals,
  type ServerRow,
  servers,
  serverVersions,
  type VersionRow,
} from './schema.ts'

/** Versions kept of a server; older ones are forgotten. */
const MAX_VERSIONS = 200

/** Variables one statement may have, with room to spare. */
const IDS_AT_ONCE = 500

export interface ServerRows {
  readonly row: ServerRow
  readonly version: VersionRow
  readonly forgetApprovals: boolean
  readonly approvals: readonly ApprovalRow[]
}

/** Dynamic servers with what hangs on them: each function is one transaction. */
export function serverTables(db: BetterSQLite3Database) {
  function putApprovals(tx: Pick<BetterSQLite3Database, 'insert'>, rows: readonly ApprovalRow[]) {
    for (const row of rows) {
      const target = [approvals.server, approvals.entry]
      tx.insert(approvals).values(row).onConflictDoUpdate({ target, set: row }).run()
    }
  }

  return {
    put({ row, version, forgetApprovals, approvals: decided }: ServerRows): void {
      db.transaction((tx) => {
        tx.insert(servers).values(row).onConflictDoUpdate({ target: servers.id, set: row }).run()
        tx.insert(serverVersions).values(version).run()
        const old = lte(serverVersions.version, version.version - MAX_VERSIONS)
        tx.delete(serverVersions)
          .where(and(eq(serverVersions.server, row.id), old))
          .run()
        if (forgetApprovals) tx.delete(approvals).where(eq(approvals.server, row.id)).run()
        putApprovals(tx, decided)
      })
    },
    remove(id: string): void {
      db.transaction((tx) => {
        tx.delete(servers).where(eq(servers.id, id)).run()
        tx.delete(serverVersions).where(eq(serverVersions.server, id)).run()
        tx.delete(approvals).where(eq(approvals.server, id)).run()
      })
    },
    versions(server: string, below: number, limit: number): VersionRow[] {
      return db
        .select()
        .from(serverVersions)
        .where(and(eq(serverVersions.server, server), lt(serverVersions.version, below)))
        .orderBy(desc(serverVersions.version))
        .limit(limit)
        .all()
    },
    version(server: string, version: number): VersionRow | undefined {
      return db
        .select()
        .from(serverVersions)
        .where(and(eq(serverVersions.server, server), eq(serverVersions.version, version)))
        .get()
    },
    allApprovals: (): ApprovalRow[] => db.select().from(approvals).all(),
    decide(rows: readonly ApprovalRow[]): void {
      db.transaction((tx) => putApprovals(tx, rows))
    },
    forgetEntries(entries: readonly string[]): void {
      db.transaction((tx) => {
        for (let i = 0; i < entries.length; i += IDS_AT_ONCE) {
          const some = entries.slice(i, i + IDS_AT_ONCE)
          tx.delete(approvals).where(inArray(approvals.entry, some)).run()
        }
      })
    },
  }
}
