import Database from 'better-sqlite3'
import { COLUMNS, columnsOf } from './document.ts'
import type { SearchDocument } from './port.ts'
import { matchExpression, termsOf } from './words.ts'

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
  #among: Uint8Array = new Uint8Array()

  constructor() {
    const names = COLUMNS.map(([name]) => `"${name}"`)
    const weights = COLUMNS.map(([, weight]) => weight.toFixed(1))
    this.#db.exec(
      `CREATE VIRTUAL TABLE entries USING fts5(${names.join(', ')}, content='',
         contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
       INSERT INTO entries(entries, rank) VALUES ('rank', 'bm25(${weights.join(', ')})');`,
    )
    this.#db.function('is_among', { deterministic: true }, (row) => this.#isAmong(row as number))
    const marks = names.map(() => '?').join(', ')
    this.#put = this.#db.prepare(
      `INSERT OR REPLACE INTO entries(rowid, ${names.join(', ')}) VALUES (?, ${marks})`,
    )
    this.#delete = this.#db.prepare('DELETE FROM entries WHERE rowid = ?')
    const find = 'SELECT rowid, rank FROM entries WHERE entries MATCH ?'
    const order = 'ORDER BY rank'
    this.#find = this.#db.prepare(`${find} ${order}`).raw()
    this.#findAmong = this.#db.prepare(`${find} AND is_among(rowid) ${order}`).raw()
  }

  put(rows: readonly (readonly [row: number, document: SearchDocument])[]): void {
    this.#db.transaction(() => {
      for (const [row, document] of rows) this.#put.run(row, ...columnsOf(document))
    })()
  }

  remove(rows: readonly number[]): void {
    this.#db.transaction(() => {
      for (const row of rows) this.#delete.run(row)
    })()
  }

  /** The best rows, and every further row as good as the last of them: ties are for the caller. */
  find({ question, limit, among }: FtsQuery): Ranked[] {
    const terms = termsOf(question)
    if (terms.length === 0 || limit < 1) return []
    this.#among = among ?? new Uint8Array()
    const found: Ranked[] = []
    const best = (among ? this.#findAmong : this.#find).iterate(matchExpression(terms))
    for (const ranked of best as IterableIterator<Ranked>) {
      if (found.length >= limit && ranked[1] !== found.at(-1)![1]) break
      found.push(ranked)
    }
    return found
  }

  #isAmong(row: number): 0 | 1 {
    return ((this.#among[row >>> 3] ?? 0) >>> (row & 7)) & 1 ? 1 : 0
  }

  close(): void {
    this.#db.close()
  }
}
