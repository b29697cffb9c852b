import Database from 'better-sqlite3'
import { COLUMNS, columnsOf } from './document.ts'
import type { SearchDocument } from './port.ts'
import { TermWeights } from './term-weights.ts'
import { quoted, termsOf } from './words.ts'

/** Rows asked for beyond the limit, to see where the ties with its last one end. */
const SPARE = 32
const NO_LIMIT = -1

/** A document by its number in the index, and its rank: smaller is better. */
export type Ranked = readonly [row: number, rank: number]

export interface FtsQuery {
  readonly question: string
  readonly limit: number
  /** A bit for each row that may be found. */
  readonly among?: Uint8Array | undefined
}

/**
 * Full-text search in memory with SQLite FTS5. Everything here is synchronous: it belongs in a
 * thread where nothing else waits.
 */
export class FtsIndex {
  readonly #db = new Database(':memory:')
  readonly #put: Database.Statement
  readonly #delete: Database.Statement
  readonly #find: Database.Statement
  readonly #findAmong: Database.Statement
  readonly #weights: TermWeights
  #among: Uint8Array = new Uint8Array()

  constructor() {
    const names = COLUMNS.map(([name]) => `"${name}"`)
    const weights = COLUMNS.map(([, weight]) => weight.toFixed(1))
    this.#db.exec(
      `CREATE VIRTUAL TABLE entries USING fts5(${names.join(', ')}, content='',
         contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2')`,
    )
    this.#db.function('is_among', { deterministic: true }, (row) => this.#isAmong(row as number))
    const marks = names.map(() => '?').join(', ')
    this.#put = this.#db.prepare(
      `INSERT OR REPLACE INTO entries(rowid, ${names.join(', ')}) VALUES (?, ${marks})`,
    )
    this.#delete = this.#db.prepare('DELETE FROM entries WHERE rowid = ?')
    // Ordered by the function, not by FTS5's column `rank`: that one sorts every match whole, where
    // a limit over the function keeps the best few, and ranks nothing that is out of scope.
    const score = `bm25(entries, ${weights.join(', ')}) AS score`
    const find = `SELECT rowid, ${score} FROM entries WHERE entries MATCH ?`
    const order = 'ORDER BY score LIMIT ?'
    this.#find = this.#db.prepare(`${find} ${order}`).raw()
    this.#findAmong = this.#db.prepare(`${find} AND is_among(rowid) ${order}`).raw()
    this.#weights = new TermWeights(this.#db)
  }

  put(rows: readonly (readonly [row: number, document: SearchDocument])[]): void {
    this.#weights.clear()
    this.#db.transaction(() => {
      for (const [row, document] of rows) this.#put.run(row, ...columnsOf(document))
    })()
  }

  remove(rows: readonly number[]): void {
    this.#weights.clear()
    this.#db.transaction(() => {
      for (const row of rows) this.#delete.run(row)
    })()
  }

  /** The best rows, and every further row as good as the last of them: ties are for the caller. */
  find({ question, limit, among }: FtsQuery): Ranked[] {
    // What no row has decides nothing.
    const terms = termsOf(question)
      .map(quoted)
      .filter((term) => this.#weights.rowsWith(term) > 0)
    if (terms.length === 0 || limit < 1) return []
    this.#among = among ?? new Uint8Array()
    const statement = among ? this.#findAmong : this.#find
    return this.#withAll(statement, terms, limit) ?? best(statement, terms.join(' OR '), limit)
  }

  /**
   * The best among the rows that have every term, which are few, when no other row can be better:
   * the same answer for a fraction of the work. Undefined when one could be.
   */
  #withAll(statement: Database.Statement, terms: readonly string[], limit: number) {
    if (terms.length === 1) return undefined
    const most = terms.map((term) => this.#weights.mostFor(term))
    const mostWithoutOne = most.reduce((sum, one) => sum + one, 0) - Math.min(...most)
    const found = best(statement, terms.join(' AND '), limit)
    const last = found[limit - 1]
    return last && -last[1] > mostWithoutOne ? found : undefined
  }

  #isAmong(row: number): 0 | 1 {
    return ((this.#among[row >>> 3] ?? 0) >>> (row & 7)) & 1 ? 1 : 0
  }

  close(): void {
    this.#db.close()
  }
}

/** The best rows for an expression, with all ties of the last. */
function best(statement: Database.Statement, expression: string, limit: number): Ranked[] {
  const few = statement.all(expression, limit + SPARE) as Ranked[]
  const last = few[limit - 1]?.[1]
  const end = few.findIndex(([, rank], i) => i >= limit && rank !== last)
  if (end >= 0) return few.slice(0, end)
  if (few.length < limit + SPARE) return few
  const found: Ranked[] = []
  for (const ranked of statement.iterate(expression, NO_LIMIT) as IterableIterator<Ranked>) {
    if (found.length >= limit && ranked[1] !== last) break
    found.push(ranked)
  }
  return found
}
