import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { SelectionInUse } from '../selection-port.ts'
import { and, eq, inArray, lt, sql } from './drizzle.ts'
import {
  type ChosenRow,
  chosenEntries,
  llmSpend,
  type VectorRow,
  type VerdictRow,
  vectors,
  verdicts,
} from './schema.ts'

/** Variables one statement may have, with room to spare. */
const AT_ONCE = 500

/** What selection keeps: each function is one transaction. */
export function selectionTables(db: BetterSQLite3Database) {
  return {
    verdicts: (fingerprint: string): VerdictRow[] =>
      db.select().from(verdicts).where(eq(verdicts.fingerprint, fingerprint)).all(),

    saveVerdicts(rows: readonly VerdictRow[]): void {
      db.transaction((tx) => {
        for (const row of rows) {
          const target = [verdicts.fingerprint, verdicts.hash]
          tx.insert(verdicts).values(row).onConflictDoUpdate({ target, set: row }).run()
        }
      })
    },

    chosen: (rule: string): ChosenRow | undefined =>
      db.select().from(chosenEntries).where(eq(chosenEntries.rule, rule)).get(),

    saveChosen(row: ChosenRow): void {
      const target = chosenEntries.rule
      db.insert(chosenEntries).values(row).onConflictDoUpdate({ target, set: row }).run()
    },

    removeChosen(rule: string): void {
      db.delete(chosenEntries).where(eq(chosenEntries.rule, rule)).run()
    },

    /** Reading a vector is using it. */
    vectors(model: string, hashes: readonly string[], usedAt: string): VectorRow[] {
      const found: VectorRow[] = []
      db.transaction((tx) => {
        for (let i = 0; i < hashes.length; i += AT_ONCE) {
          const some = inArray(vectors.hash, hashes.slice(i, i + AT_ONCE))
          const wanted = and(eq(vectors.model, model), some)
          found.push(...tx.select().from(vectors).where(wanted).all())
          tx.update(vectors).set({ usedAt }).where(wanted).run()
        }
      })
      return found
    },

    saveVectors(rows: readonly VectorRow[]): void {
      db.transaction((tx) => {
        for (const row of rows) {
          const target = [vectors.model, vectors.hash]
          tx.insert(vectors).values(row).onConflictDoUpdate({ target, set: row }).run()
        }
      })
    },

    spent: (day: string): { profile: string; tokens: number }[] =>
      db.select().from(llmSpend).where(eq(llmSpend.day, day)).all(),

    addSpend(day: string, profile: string, tokens: number): void {
      const target = [llmSpend.day, llmSpend.profile]
      const set = { tokens: sql`${llmSpend.tokens} + ${tokens}` }
      db.insert(llmSpend).values({ day, profile, tokens }).onConflictDoUpdate({ target, set }).run()
    },

    prune({ fingerprints, rules }: SelectionInUse, before: string): void {
      const [asked, there] = [new Set(fingerprints), new Set(rules)]
      db.transaction((tx) => {
        const prompts = tx.selectDistinct({ of: verdicts.fingerprint }).from(verdicts).all()
        for (const { of } of prompts.filter(({ of }) => !asked.has(of))) {
          const old = and(eq(verdicts.fingerprint, of), lt(verdicts.at, before))
          tx.delete(verdicts).where(old).run()
        }
        const choices = tx.select({ rule: chosenEntries.rule }).from(chosenEntries).all()
        for (const { rule } of choices.filter(({ rule }) => !there.has(rule))) {
          tx.delete(chosenEntries).where(eq(chosenEntries.rule, rule)).run()
        }
        tx.delete(vectors).where(lt(vectors.usedAt, before)).run()
        tx.delete(llmSpend)
          .where(lt(llmSpend.day, before.slice(0, 10)))
          .run()
      })
    },
  }
}
