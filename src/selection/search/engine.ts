import { setImmediate as nextTask } from 'node:timers/promises'
import { fuse, placesOf } from './fuse.ts'
import type { Meanings } from './meanings.ts'
import type { Search, SearchDocument, SearchHit, SearchOptions } from './port.ts'
import { type SearchThread, startSearchThread } from './thread.ts'
import { compareTied } from './ties.ts'

/** Documents handed to the thread at a time; copying more would hold the event loop. */
const BATCH = 250
/** Candidates looked at beyond the limit when hits of one source may be passed over. */
const SPARE = 8
/** What words weigh against meaning until somebody measured on their own catalog. */
const WEIGHTS = { words: 2, meaning: 1 }
const MIN_POOL = 50

/** Hits, and whether meaning had a say in them: `unavailable` when it should have had. */
export interface SearchAnswer {
  readonly hits: readonly SearchHit[]
  readonly meaning: 'used' | 'unavailable' | 'off'
}

/**
 * Full-text search, and search by meaning when vectors are to be had, in a thread that is started
 * by the first question. Until then changes are only noted, so a service that never searches pays
 * nothing.
 */
export class SearchEngine implements Search {
  readonly #meanings: Meanings | undefined
  readonly #documents = new Map<string, SearchDocument>()
  readonly #rows = new Map<string, number>()
  readonly #ids: (string | undefined)[] = []
  /** Changed since the thread was last told. */
  #changed = new Set<string>()
  readonly #gone: number[] = []
  #thread: SearchThread | undefined
  #telling: Promise<void> = Promise.resolve()
  #closed = false
  readonly #listeners = new Set<() => void>()

  constructor(meanings?: Meanings) {
    this.#meanings = meanings
    if (meanings) meanings.deliver = (vectors) => this.#deliver(vectors)
  }

  /** Told after documents changed: the same question may now have another answer. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  upsert(documents: Iterable<SearchDocument>): void {
    for (const document of documents) {
      this.#documents.set(document.id, document)
      if (!this.#rows.has(document.id)) {
        // Numbers are not used again: an answer under way would name the wrong entry.
        const row = this.#ids.push(document.id) - 1
        this.#rows.set(document.id, row)
      }
      this.#changed.add(document.id)
    }
    this.#tellListeners()
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const row = this.#rows.get(id)
      if (row === undefined) continue
      this.#documents.delete(id)
      this.#rows.delete(id)
      this.#ids[row] = undefined
      this.#changed.delete(id)
      this.#gone.push(row)
    }
    this.#tellListeners()
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener()
  }

  async search(question: string, options: SearchOptions): Promise<readonly SearchHit[]> {
    return (await this.ask(question, options)).hits
  }

  async ask(question: string, options: SearchOptions): Promise<SearchAnswer> {
    const { limit, perSource } = options
    if (limit < 1) return { hits: [], meaning: 'off' }
    await this.#tellThread()
    const vector = await this.#meanings?.vectorOf(question)
    const pool = Math.max(perSource === undefined ? limit : limit * SPARE, vector ? MIN_POOL : 0)
    const { words, meaning } = await this.#thread!.find({
      query: { question, limit: pool, among: this.#bits(options.among) },
      vectors: vector && { vector, limit: pool },
    })
    const byWords = this.#named(words).map(([id, rank]) => [id, -rank] as const)
    const scored = vector
      ? fuse([
          { weight: WEIGHTS.words, places: placesOf(byWords) },
          { weight: WEIGHTS.meaning, places: placesOf(this.#named(meaning)) },
        ])
      : new Map(byWords)
    const meaningUsed = vector ? 'used' : this.#meanings ? 'unavailable' : 'off'
    return { hits: this.#ordered(scored, limit, perSource), meaning: meaningUsed }
  }

  /** Waits for vectors of all documents. Answers whether they are there; true without a model. */
  async settled(): Promise<boolean> {
    await this.#tellThread()
    return (await this.#meanings?.settled()) ?? true
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.stop()
  }

  #deliver(vectors: ReadonlyMap<string, Float32Array>): void {
    const known = [...vectors].filter(([id]) => this.#rows.has(id))
    const rows = known.map(([id]) => this.#rows.get(id)!)
    this.#thread?.tell({ method: 'vectors', rows, vectors: known.map(([, vector]) => vector) })
  }

  #named(rows: readonly (readonly [row: number, value: number])[]) {
    // An entry may have gone while the thread was searching.
    return rows.flatMap(([row, value]) => {
      const id = this.#ids[row]
      return id === undefined ? [] : [[id, value] as const]
    })
  }

  /** Best first; ties by name, then id. */
  #ordered(
    scores: ReadonlyMap<string, number>,
    limit: number,
    perSource = Number.POSITIVE_INFINITY,
  ): SearchHit[] {
    const all = [...scores].map(([id, score]) => ({ id, score }))
    const document = ({ id }: SearchHit) => this.#documents.get(id)!
    all.sort((a, b) => b.score - a.score || compareTied(document(a), document(b)))
    const hits: SearchHit[] = []
    const taken = new Map<string, number>()
    for (const hit of all) {
      if (hits.length === limit) break
      const { source } = this.#documents.get(hit.id)!
      const count = taken.get(source) ?? 0
      if (count >= perSource) continue
      taken.set(source, count + 1)
      hits.push(hit)
    }
    return hits
  }

  #bits(among: SearchOptions['among']): Uint8Array | undefined {
    if (among === undefined) return undefined
    const bits = new Uint8Array((this.#ids.length >>> 3) + 1)
    const set = (row: number) => {
      bits[row >>> 3]! |= 1 << (row & 7)
    }
    if (typeof among === 'function') {
      for (const [id, row] of this.#rows) if (among(id)) set(row)
    } else {
      for (const id of among) {
        const row = this.#rows.get(id)
        if (row !== undefined) set(row)
      }
    }
    return bits
  }

  /** Brings the thread up to date; one after the other, so that no change is told twice. */
  #tellThread(): Promise<void> {
    this.#telling = this.#telling.catch(() => undefined).then(() => this.#tell())
    return this.#telling
  }

  async #tell(): Promise<void> {
    if (this.#closed) throw new Error('search is closed')
    if (!this.#thread || this.#thread.failure) {
      this.#thread = startSearchThread()
      this.#changed = new Set(this.#documents.keys())
      this.#gone.length = 0
    }
    const thread = this.#thread
    const gone = this.#gone.splice(0)
    if (gone.length > 0) thread.tell({ method: 'remove', rows: gone })
    const changed = [...this.#changed]
    this.#changed.clear()
    for (let i = 0; i < changed.length; i += BATCH) {
      if (i > 0) await nextTask()
      const rows = changed.slice(i, i + BATCH).flatMap((id) => {
        const document = this.#documents.get(id)
        return document ? [[this.#rows.get(id)!, document] as const] : []
      })
      if (rows.length > 0) thread.tell({ method: 'put', rows })
      this.#meanings?.want(rows.map(([, document]) => document))
    }
  }
}
