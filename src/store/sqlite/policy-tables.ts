import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { and, eq, inArray } from './drizzle.ts'
import { type DefinitionRow, type HiddenRow, hidden, policies } from './schema.ts'

/** Variables one statement may have, with room to spare. */
const IDS_AT_ONCE = 500

/** Policies, and what callers hid for themselves. */
export function policyTables(db: BetterSQLite3Database) {
  return {
    all: (): DefinitionRow[] => db.select().from(policies).orderBy(policies.id).all(),
    put(row: DefinitionRow): void {
      db.insert(policies).values(row).onConflictDoUpdate({ target: policies.id, set: row }).run()
    },
    remove(id: string): void {
      db.delete(policies).where(eq(policies.id, id)).run()
    },
    write(rows: readonly DefinitionRow[], ids: readonly string[]): void {
      db.transaction((tx) => {
        for (const id of ids) tx.delete(policies).where(eq(policies.id, id)).run()
        for (const row of rows) {
          tx.insert(policies)
            .values(row)
            .onConflictDoUpdate({ target: policies.id, set: row })
            .run()
        }
      })
    },
    allHidden: (): HiddenRow[] => db.select().from(hidden).all(),
    hide(row: HiddenRow): void {
      db.insert(hidden).values(row).onConflictDoNothing().run()
    },
    unhide({ caller, entry }: HiddenRow): void {
      db.delete(hidden)
        .where(and(eq(hidden.caller, caller), eq(hidden.entry, entry)))
        .run()
    },
    forgetEntries(entries: readonly string[]): void {
      db.transaction((tx) => {
        for (let i = 0; i < entries.length; i += IDS_AT_ONCE) {
          const some = entries.slice(i, i + IDS_AT_ONCE)
          tx.delete(hidden).where(inArray(hidden.entry, some)).run()
        }
      })
    },
  }
}
