import type Database from 'better-sqlite3'

/** FTS5's `bm25` with its fixed k1 of 1.2: however often a word stands in a row, it counts no more. */
const MOST_PER_TERM = 2.2
/** Words whose counts are kept until the index changes. */
const KEPT = 5_000

/** How many rows have a word, and what a word can add to the score of a row at the most. */
export class TermWeights {
  readonly #count: Database.Statement
  readonly #total: Database.Statement
  readonly #counts = new Map<string, number>()
  #rows: number | undefined

  constructor(db: Database.Database) {
    this.#count = db.prepare('SELECT count(*) FROM entries WHERE entries MATCH ?').pluck()
    this.#total = db.prepare('SELECT count(*) FROM entries_docsize').pluck()
  }

  /** Counts are of the rows as they were. */
  clear(): void {
    this.#counts.clear()
    this.#rows = undefined
  }

  rowsWith(expression: string): number {
    const known = this.#counts.get(expression)
    if (known !== undefined) return known
    if (this.#counts.size >= KEPT) this.#counts.clear()
    const count = this.#count.get(expression) as number
    this.#counts.set(expression, count)
    return count
  }

  mostFor(expression: string): number {
    this.#rows ??= this.#total.get() as number
    const count = this.rowsWith(expression)
    return MOST_PER_TERM * Math.max(Math.log((this.#rows - count + 0.5) / (count + 0.5)), 1e-6)
  }
}
