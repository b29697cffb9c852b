import { setImmediate as nextTask } from 'node:timers/promises'
import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord, EntryStore, EntryWrite } from '../store/ports.ts'
import type { Catalog } from './catalog.ts'

interface Pending {
  readonly write: EntryWrite
  resolve(): void
  reject(error: Error): void
}

/** Records applied to memory at a time before other work gets its turn. */
const CHUNK = 100

/**
 * The one way entries are changed: stored first, then shown.
 *
 * A caller computes the next record from {@link current} and hands it to {@link commit} without
 * waiting in between. Records handed over are visible to the next caller at once, though not to
 * readers of the catalog, so concurrent changes of one entry build on each other. Commits that
 * arrive while the disk is busy share the next transaction.
 */
export class CatalogWriter {
  readonly #store: EntryStore
  readonly #catalog: Catalog
  #staged = new Map<string, EntryRecord | null>()
  /** By source, type and key: a source may hand over ten thousand at once. */
  #stagedIds = new Map<string, Map<EntryType, Map<string, string>>>()
  #pending: Pending[] = []
  #flushing: Promise<void> | undefined

  constructor(store: EntryStore, catalog: Catalog) {
    this.#store = store
    this.#catalog = catalog
  }

  /** The newest record of an id, committed or on its way. */
  current(id: string): EntryRecord | undefined {
    const staged = this.#staged.get(id)
    return staged === undefined ? this.#catalog.record(id) : (staged ?? undefined)
  }

  /** The newest record a source has under a key. */
  currentByKey(source: string, type: EntryType, key: string): EntryRecord | undefined {
    const staged = this.#stagedIds.get(source)?.get(type)?.get(key)
    const id = staged ?? this.#catalog.idOf(source, type, key)
    const record = id === undefined ? undefined : this.current(id)
    return record?.key === key ? record : undefined
  }

  /**
   * Stores records and then shows them; resolves when a list shows them.
   *
   * @throws {FacetError} `storage_failed` when the disk refuses; then nothing has changed.
   */
  commit(write: EntryWrite): Promise<void> {
    if (write.put.length === 0 && write.remove.length === 0) return Promise.resolve()
    this.#stage(write.put)
    for (const id of write.remove) this.#staged.set(id, null)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#pending.push({ write, resolve, reject })
    this.#flushing ??= this.#flush()
    return promise
  }

  /** Resolves when everything handed over so far is stored or refused. */
  async settled(): Promise<void> {
    await this.#flushing
  }

  #stage(records: readonly EntryRecord[]): void {
    for (const record of records) {
      const { id, source, type, key } = record
      this.#staged.set(id, record)
      const ofSource = this.#stagedIds.get(source) ?? new Map<EntryType, Map<string, string>>()
      const ofType = ofSource.get(type) ?? new Map<string, string>()
      if (ofType.size === 0) this.#stagedIds.set(source, ofSource.set(type, ofType))
      ofType.set(key, id)
    }
  }

  #forgetStaged(): void {
    this.#staged = new Map()
    this.#stagedIds = new Map()
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending
      this.#pending = []
      const write = merge(batch.map((pending) => pending.write))
      try {
        await this.#store.write(write)
      } catch (cause) {
        this.#refuse(batch, cause)
        continue
      }
      await this.#show(write)
      if (this.#pending.length === 0) this.#forgetStaged()
      for (const { resolve } of batch) resolve()
    }
    this.#flushing = undefined
  }

  /** Applies a stored write to the catalog, in turns when it is large. */
  async #show({ put, remove }: EntryWrite): Promise<void> {
    // What leaves goes first: its name may be taken by what comes.
    for (let i = 0; i < remove.length; i += CHUNK) {
      this.#catalog.apply({ put: [], remove: remove.slice(i, i + CHUNK) })
      await nextTask()
    }
    for (let i = 0; i < put.length; i += CHUNK) {
      if (i > 0) await nextTask()
      this.#catalog.apply({ put: put.slice(i, i + CHUNK), remove: [] })
    }
  }

  /** What waits may build on what was refused, so all of it goes. */
  #refuse(batch: readonly Pending[], cause: unknown): void {
    const refused = [...batch, ...this.#pending]
    this.#pending = []
    this.#forgetStaged()
    const error = new FacetError('storage_failed', 'Nothing was changed; try again.', { cause })
    for (const { reject } of refused) reject(error)
  }
}

/** Later writes of one record win; a record is either put or removed, not both. */
function merge(writes: readonly EntryWrite[]): EntryWrite {
  if (writes.length === 1) return writes[0]!
  const last = new Map<string, EntryRecord | null>()
  for (const { put, remove } of writes) {
    for (const id of remove) last.set(id, null)
    for (const record of put) {
      // Moved to the end: a name given up by one record may be taken by a later one.
      last.delete(record.id)
      last.set(record.id, record)
    }
  }
  return {
    put: [...last.values()].filter((record) => record !== null),
    remove: [...last].filter(([, record]) => record === null).map(([id]) => id),
  }
}
