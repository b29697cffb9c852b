import type { Entry } from '../../catalog/entry.ts'
import { searchDocument } from '../../selection/search/document.ts'
import type { Search } from '../../selection/search/port.ts'
import { overriddenBy } from '../overrides/overrides.ts'

/** Overridden entries that are indexed at a time; those searched longest ago give way. */
const MAX_INDEXED = 10_000

/**
 * What is searched of entries that servers show otherwise than they are: the text that clients see,
 * beside that of the entry itself.
 */
export class ShownDocuments {
  readonly #search: Search
  /** Ids in the search, the least recently used first. */
  readonly #indexed = new Set<string>()

  constructor(search: Search) {
    this.#search = search
  }

  /** The id under which an entry is searched as a server shows it. */
  idOf(entry: Entry): string {
    if (!overriddenBy(entry)) return entry.record.id
    const id = `${entry.record.id} as shown ${entry.shown}`
    if (!this.#indexed.delete(id)) {
      this.#search.upsert([{ ...searchDocument(entry.document), id }])
    }
    this.#indexed.add(id)
    if (this.#indexed.size > MAX_INDEXED) {
      const [oldest] = this.#indexed
      this.#indexed.delete(oldest!)
      this.#search.remove([oldest!])
    }
    return id
  }
}

const known = new WeakMap<Search, ShownDocuments>()

/** One for each search. */
export function shownDocuments(search: Search): ShownDocuments {
  let documents = known.get(search)
  if (!documents) {
    documents = new ShownDocuments(search)
    known.set(search, documents)
  }
  return documents
}
