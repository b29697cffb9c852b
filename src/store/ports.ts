import type { EntryType } from '../rules/fields.ts'
import type { AccessStore } from './access-port.ts'
import type { GuardStateStore } from './guard-port.ts'
import type { JsonObject } from './json.ts'
import type { SelectionStore } from './selection-port.ts'

export type { Json, JsonObject } from './json.ts'

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

/** What an authorization server gave for a source, kept to sign in again after a restart. */
export interface GrantRecord {
  /** Id of the source. */
  readonly id: string
  /** What it was given for: a digest of the address and the client. Never used for another. */
  readonly binding: string
  /** Registered client, tokens and where they come from. Secret: never shown, never logged. */
  readonly grant: JsonObject
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

/** A policy as it is kept. */
export interface DefinitionRecord {
  readonly id: string
  readonly origin: Origin
  readonly definition: JsonObject
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** An entry that one caller does not want to see in lists. */
export interface HiddenRecord {
  /** Id of the caller. */
  readonly caller: string
  /** Id of the entry. */
  readonly entry: string
}

/** Who made a change: a caller of the API, or a file of the rules directory. */
export interface Author {
  readonly id: string
  readonly kind: string
}

/** A dynamic server as it was saved once. */
export interface VersionRecord {
  readonly server: string
  readonly version: number
  readonly author: Author
  readonly definition: JsonObject
  readonly createdAt: string
}

/** What was decided about one entry on one server under review. */
export interface ApprovalRecord {
  readonly server: string
  /** Id of the entry. */
  readonly entry: string
  readonly state: 'approved' | 'rejected'
  /** Hash of the definition that was decided about. */
  readonly hash: string
  readonly definition: JsonObject
  readonly author: Author
  readonly decidedAt: string
}

/** A server as it is from now on, who made it so, and what that decides about entries. */
export interface ServerWrite {
  readonly record: ServerRecord
  readonly author: Author
  readonly approvals: {
    /** Whether decisions made before are forgotten. */
    readonly forget: boolean
    readonly put: readonly ApprovalRecord[]
  }
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

/** A small aggregate kept whole in memory: sources, policies. */
export interface RecordStore<T> {
  all(): Promise<readonly T[]>
  put(record: T): Promise<void>
  remove(id: string): Promise<void>
}

/** Policies; a write of many is one transaction. */
export interface PolicyStore extends RecordStore<DefinitionRecord> {
  write(change: {
    readonly put: readonly DefinitionRecord[]
    readonly remove: readonly string[]
  }): Promise<void>
}

/** Dynamic servers and their versions. A write of a server makes a version in the same transaction. */
export interface ServerStore {
  all(): Promise<readonly ServerRecord[]>
  put(write: ServerWrite): Promise<void>
  /** Removes its versions and approvals too. */
  remove(id: string): Promise<void>
  /** Versions below a number, newest first. */
  versions(server: string, below: number, limit: number): Promise<readonly VersionRecord[]>
  version(server: string, version: number): Promise<VersionRecord | undefined>
}

/** Decisions about entries of servers under review. A write is one transaction. */
export interface ApprovalStore {
  all(): Promise<readonly ApprovalRecord[]>
  put(records: readonly ApprovalRecord[]): Promise<void>
  /** Forgets entries on every server. */
  forget(entries: readonly string[]): Promise<void>
}

/** What callers hid for themselves. */
export interface HiddenStore {
  all(): Promise<readonly HiddenRecord[]>
  put(record: HiddenRecord): Promise<void>
  remove(record: HiddenRecord): Promise<void>
  /** Forgets entries for every caller. */
  forget(entries: readonly string[]): Promise<void>
}

/** Everything that outlives the process. A failed write rejects and changes nothing. */
export interface Store {
  readonly entries: EntryStore
  /** Removing a source removes its entries and its grant in the same transaction. */
  readonly sources: RecordStore<SourceRecord>
  readonly grants: RecordStore<GrantRecord>
  readonly servers: ServerStore
  readonly approvals: ApprovalStore
  readonly selection: SelectionStore
  readonly access: AccessStore
  readonly policies: PolicyStore
  readonly hidden: HiddenStore
  /** Removing a guard forgets who failed at it. */
  readonly guards: RecordStore<DefinitionRecord>
  readonly guardStates: GuardStateStore
  /** Whether reads and writes work now. */
  check(): Promise<void>
  close(): Promise<void>
}
