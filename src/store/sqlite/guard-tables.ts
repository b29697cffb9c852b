import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { and, eq } from './drizzle.ts'
import {
  type DefinitionRow,
  type GuardFailuresRow,
  type GuardStepRow,
  guardFailures,
  guardSteps,
  guards,
} from './schema.ts'

/** Guards, who failed at them, and the codes that are used up. */
export function guardTables(db: BetterSQLite3Database) {
  return {
    all: (): DefinitionRow[] => db.select().from(guards).orderBy(guards.id).all(),
    put(row: DefinitionRow): void {
      db.insert(guards).values(row).onConflictDoUpdate({ target: guards.id, set: row }).run()
    },
    remove(id: string): void {
      db.transaction((tx) => {
        tx.delete(guards).where(eq(guards.id, id)).run()
        tx.delete(guardFailures).where(eq(guardFailures.guard, id)).run()
      })
    },
    states: () => ({
      failures: db.select().from(guardFailures).all(),
      steps: db.select().from(guardSteps).all(),
    }),
    putFailures(rows: readonly GuardFailuresRow[]): void {
      const target = [guardFailures.guard, guardFailures.caller]
      db.transaction((tx) => {
        for (const row of rows) {
          const { guard, caller, count } = row
          if (count > 0) {
            tx.insert(guardFailures).values(row).onConflictDoUpdate({ target, set: row }).run()
          } else {
            const of = and(eq(guardFailures.guard, guard), eq(guardFailures.caller, caller))
            tx.delete(guardFailures).where(of).run()
          }
        }
      })
    },
    putStep(row: GuardStepRow): void {
      const target = guardSteps.secret
      db.insert(guardSteps).values(row).onConflictDoUpdate({ target, set: row }).run()
    },
    forget(guard: string, caller: string | undefined): void {
      const ofGuard = eq(guardFailures.guard, guard)
      const of = caller === undefined ? ofGuard : and(ofGuard, eq(guardFailures.caller, caller))
      db.delete(guardFailures).where(of).run()
    },
  }
}
