import type { EntryType } from '../rules/fields.ts'

/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** One entry as it is kept: what its source says, and what was set here, apart from each other. */
export interface EntryRecord {
  readonly id: string
  readonly type: EntryType
  /** Id of the source; `manual` for entries posted here. */
  readonly source: string
  /** What the source calls it by: the name of a tool or prompt, the URI (template) of a resource. */
  readonly key: string
  /** The MCP object: name, title, description, schemas, annotations, arguments, uri, _meta … */
  readonly definition: JsonObject
  /** Tags the upstream declares. */
  readonly upstreamTags: readonly string[]
  /** Tags set here: added to and taken from those of the source. */
  readonly addedTags: readonly string[]
  readonly removedTags: readonly string[]
  readonly enabled: boolean
  readonly deprecated: boolean
  readonly owner: string | null
  readonly roles: readonly string[]
  /** Free metadata set here: a JSON merge patch over the definition's `_meta`. */
  readonly meta: JsonObject | null
  /** How a tool posted here is run. Never shown. */
  readonly handler: JsonObject | null
  /** What a prompt or resource posted here holds. */
  readonly content: JsonObject | null
  /** False while the source does not offer it; what was set here is kept for its return. */
  readonly present: boolean
  /** Grows by one with every write; the ETag. */
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

export type Origin = 'rest' | 'cli' | 'config' | 'file'

export interface SourceRecord {
  readonly id: string
  /** Creation order, which is the order of lists. */
  readonly sequence: number
  readonly kind: string
  readonly origin: Origin
  /** Prefix, tags, transport …; for a source of the configuration file nothing that may be secret. */
  readonly definition: JsonObject
  /** What was learnt about the protocol of the upstream, to connect faster next time. */
  readonly negotiated: JsonObject | null
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

export interface ServerRecord {
  readonly id: string
  readonly sequence: number
  readonly origin: Origin
  readonly definition: JsonObject
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

export interface EntryWrite {
  readonly put: readonly EntryRecord[]
  readonly remove: readonly string[]
}

/** Entries. A write is one transaction: all of it is durable when the promise resolves, or none. */
export interface EntryStore {
  /** All records, in batches. */
  all(): AsyncIterable<readonly EntryRecord[]>
  write(change: EntryWrite): Promise<void>
}

/** A small aggregate kept whole in memory: sources and dynamic servers. */
export interface RecordStore<T> {
  all(): Promise<readonly T[]>
  put(record: T): Promise<void>
  remove(id: string): Promise<void>
}

/** Everything that outlives the process. A failed write rejects and changes nothing. */
export interface Store {
  readonly entries: EntryStore
  /** Removing a source removes its entries in the same transaction. */
  readonly sources: RecordStore<SourceRecord>
  readonly servers: RecordStore<ServerRecord>
  /** Whether reads and writes work now. */
  check(): Promise<void>
  close(): Promise<void>
}
