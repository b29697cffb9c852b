import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { eq, inArray } from './drizzle.ts'
import { apiKeys, closedDoor, type KeyRow, type UserRow, users } from './schema.ts'

export interface AccessRows {
  readonly putUsers: readonly UserRow[]
  readonly removeUsers: readonly string[]
  readonly putKeys: readonly KeyRow[]
  readonly removeKeys: readonly string[]
}

export interface LoadedAccess {
  readonly users: UserRow[]
  readonly keys: KeyRow[]
  readonly closed: boolean
}

/** Users and keys: each function is one transaction. */
export function accessTables(db: BetterSQLite3Database) {
  return {
    load: (): LoadedAccess => ({
      users: db.select().from(users).orderBy(users.id).all(),
      keys: db.select().from(apiKeys).orderBy(apiKeys.id).all(),
      closed: db.select().from(closedDoor).get() !== undefined,
    }),
    write({ putUsers, removeUsers, putKeys, removeKeys }: AccessRows): void {
      db.transaction((tx) => {
        if (removeKeys.length > 0) {
          tx.delete(apiKeys)
            .where(inArray(apiKeys.id, [...removeKeys]))
            .run()
        }
        if (removeUsers.length > 0) {
          tx.delete(users)
            .where(inArray(users.id, [...removeUsers]))
            .run()
        }
        for (const row of putUsers) {
          tx.insert(users).values(row).onConflictDoUpdate({ target: users.id, set: row }).run()
        }
        for (const row of putKeys) {
          tx.insert(apiKeys).values(row).onConflictDoUpdate({ target: apiKeys.id, set: row }).run()
        }
        if (putKeys.length === 0) return
        const since = new Date().toISOString()
        tx.insert(closedDoor).values({ id: 1, since }).onConflictDoNothing().run()
      })
    },
    used(times: Readonly<Record<string, string>>): void {
      db.transaction((tx) => {
        for (const [id, lastUsedAt] of Object.entries(times)) {
          tx.update(apiKeys).set({ lastUsedAt }).where(eq(apiKeys.id, id)).run()
        }
      })
    },
  }
}
