/** What is searched of one entry. */
export interface SearchDocument {
  readonly id: string
  readonly source: string
  readonly name: string
  readonly title: string
  readonly description: string
  /** Names of the arguments. */
  readonly arguments: readonly string[]
  readonly tags: readonly string[]
}

export interface SearchHit {
  readonly id: string
  /** Larger is better; comparable within one answer only. */
  readonly score: number
}

export interface SearchOptions {
  readonly limit: number
  /** The documents that may be found; all of them by default. Scope comes before rank. */
  readonly among?: ReadonlySet<string> | ((id: string) => boolean)
  /** Documents of one source among the hits; more of it are passed over. */
  readonly perSource?: number
}

/**
 * Ranks documents by a question in plain words. The order is total and depends on the documents
 * only, not on the order they came in; nothing in a question is read as syntax.
 */
export interface Search {
  upsert(documents: Iterable<SearchDocument>): void
  remove(ids: Iterable<string>): void
  /** Sees every change made before it. */
  search(question: string, options: SearchOptions): Promise<readonly SearchHit[]>
  close(): Promise<void>
}
