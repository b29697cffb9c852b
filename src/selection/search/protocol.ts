import type { FtsQuery, Ranked } from './fts-index.ts'
import type { SearchDocument } from './port.ts'
import type { Nearest, VectorQuery } from './vector-index.ts'

/** What the search thread is told and asked. Messages are handled in the order they are sent. */
export type SearchRequest =
  | { method: 'put'; rows: (readonly [row: number, document: SearchDocument])[] }
  | { method: 'remove'; rows: number[] }
  | { method: 'vectors'; rows: number[]; vectors: Float32Array[] }
  | { method: 'find'; id: number; query: FtsQuery; vectors?: VectorQuery | undefined }

export interface Found {
  readonly words: readonly Ranked[]
  readonly meaning: readonly Nearest[]
}

export type SearchResponse = { id: number; found: Found } | { id: number; error: string }
