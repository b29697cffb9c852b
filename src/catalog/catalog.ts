import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { EntryRecord } from '../store/ports.ts'
import { type Entry, MANUAL, type SourceInfo, toEntry } from './entry.ts'
import { type SlotChange, TypeIndex } from './index/type-index.ts'

/** One entry before and after a change; without `after` it left, without `before` it is new. */
export interface EntryChange extends SlotChange {
  readonly type: EntryType
}

export interface CatalogChange {
  readonly revision: number
  readonly entries: readonly EntryChange[]
}

export type CatalogListener = (change: CatalogChange) => void

const MANUAL_SOURCE: SourceInfo = {
  id: MANUAL,
  sequence: 0,
  tags: [],
  federated: false,
  prefix: '',
}

interface Noted {
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

/**
 * The catalog in memory: a projection of the store, rebuilt at start and kept up to date by every
 * write. Reading it never waits. Entries are ordered by source creation, then name.
 */
export class Catalog {
  #revision = 0
  readonly #sources = new Map<string, SourceInfo>([[MANUAL, MANUAL_SOURCE]])
  /** Every record, also those their source does not offer now. */
  readonly #records = new Map<string, EntryRecord>()
  readonly #entries = new Map<string, Entry>()
  readonly #ids = new Map<string, string>()
  readonly #indexes = new Map(ENTRY_TYPES.map((type) => [type, new TypeIndex(type)]))
  readonly #listeners = new Set<CatalogListener>()

  /** Grows by one with every change. */
  get revision(): number {
    return this.#revision
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id)
  }

  /** The record of an entry, offered by its source or not. */
  record(id: string): EntryRecord | undefined {
    return this.#records.get(id)
  }

  /** The id of what a source calls `key`, offered now or not. */
  idOf(source: string, type: EntryType, key: string): string | undefined {
    return this.#ids.get(keyOf(source, type, key))
  }

  /** Entries of one type in order, disabled ones included. */
  list(type: EntryType): readonly Entry[] {
    return this.index(type).list()
  }

  /** The entries of one type by slot, tag, source and name. */
  index(type: EntryType): TypeIndex {
    return this.#indexes.get(type)!
  }

  recordsOf(source: string): EntryRecord[] {
    return [...this.#records.values()].filter((record) => record.source === source)
  }

  source(id: string): SourceInfo | undefined {
    return this.#sources.get(id)
  }

  subscribe(listener: CatalogListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Adds a source, or changes what is shown of it; its entries follow. */
  setSource(info: SourceInfo): void {
    this.#sources.set(info.id, info)
    const put = this.recordsOf(info.id)
    if (put.length > 0) this.apply({ put, remove: [] })
  }

  /** Takes a source and its entries out. */
  removeSource(id: string): void {
    const remove = this.recordsOf(id).map((record) => record.id)
    if (remove.length > 0) this.apply({ put: [], remove })
    this.#sources.delete(id)
  }

  /** Makes records the current ones. Their sources must be known. */
  apply(write: { put: readonly EntryRecord[]; remove: readonly string[] }): CatalogChange {
    const changes = new Map<string, Noted>()
    for (const id of write.remove) {
      const record = this.#records.get(id)
      if (!record) continue
      this.#records.delete(id)
      this.#ids.delete(keyOf(record.source, record.type, record.key))
      this.#note(changes, id, undefined)
    }
    for (const record of write.put) {
      const old = this.#records.get(record.id)
      if (old && old.key !== record.key) this.#ids.delete(keyOf(old.source, old.type, old.key))
      this.#records.set(record.id, record)
      this.#ids.set(keyOf(record.source, record.type, record.key), record.id)
      const source = this.#sources.get(record.source)!
      const make = (before: Entry | undefined) => toEntry(record, source, before)
      this.#note(changes, record.id, record.present ? make : undefined)
    }
    return this.#publish(changes)
  }

  #note(
    changes: Map<string, Noted>,
    id: string,
    make: ((before: Entry | undefined) => Entry) | undefined,
  ): void {
    const current = this.#entries.get(id)
    const after = make?.(current)
    if (after) this.#entries.set(id, after)
    else this.#entries.delete(id)
    changes.set(id, { before: changes.has(id) ? changes.get(id)!.before : current, after })
  }

  #publish(changes: ReadonlyMap<string, Noted>): CatalogChange {
    const real = [...changes.values()].filter(({ before, after }) => before || after)
    const entries = ENTRY_TYPES.flatMap((type) => {
      const ofType = real.filter(({ before, after }) => (before ?? after)!.record.type === type)
      if (ofType.length === 0) return []
      return this.index(type)
        .apply(ofType)
        .map((change) => ({ ...change, type }))
    })
    const change = { revision: ++this.#revision, entries }
    for (const listener of this.#listeners) listener(change)
    return change
  }
}

function keyOf(source: string, type: EntryType, key: string): string {
  return `${source}\0${type}\0${key}`
}
