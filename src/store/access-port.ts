import type { JsonObject } from './json.ts'

/** Somebody, or something, that may hold keys: a person or a service account. */
export interface UserRecord {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly attributes: JsonObject
  readonly disabled: boolean
  /** Grows by one with every write; the ETag. */
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** An API key: everything but the key. */
export interface KeyRecord {
  readonly id: string
  /** Id of the user it belongs to. */
  readonly user: string
  readonly name: string | null
  /** The part of the key that may be shown, and by which it is found. */
  readonly prefix: string
  /** SHA-256 of the whole key, in hexadecimal. */
  readonly digest: string
  /** Those of the user's roles it is limited to; null for all of them. */
  readonly roles: readonly string[] | null
  /** Dynamic servers it is limited to; null for no limit. */
  readonly servers: readonly string[] | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly createdAt: string
}

export interface AccessWrite {
  readonly putUsers?: readonly UserRecord[]
  /** Their keys go with them. */
  readonly removeUsers?: readonly string[]
  readonly putKeys?: readonly KeyRecord[]
  readonly removeKeys?: readonly string[]
}

/** Users and their keys. A write is one transaction. */
export interface AccessStore {
  load(): Promise<{
    readonly users: readonly UserRecord[]
    readonly keys: readonly KeyRecord[]
    /** Whether there ever was a key: deleting the last one must not open the service again. */
    readonly closed: boolean
  }>
  write(change: AccessWrite): Promise<void>
  /** When keys, by their ids, were used last. */
  used(times: Readonly<Record<string, string>>): Promise<void>
}
