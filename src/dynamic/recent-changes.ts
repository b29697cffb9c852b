import type { Catalog, CatalogChange, EntryChange } from '../catalog/catalog.ts'
import type { EntryType } from '../rules/fields.ts'
import type { Servers } from './servers.ts'

export type ChangeKind = 'added' | 'changed' | 'removed'

/** Something that happened to the catalog or to a server since the service was started. */
export type RecentChange =
  | { readonly at: string; readonly of: 'server'; readonly change: ChangeKind; readonly id: string }
  | {
      readonly at: string
      readonly of: 'entry'
      readonly change: ChangeKind
      readonly id: string
      readonly type: EntryType
      readonly name: string
      readonly source: string
      /** Of how many alike that changed together this one is the first. */
      readonly count: number
    }

const KEPT = 50

/** The latest changes, newest first; what a source brings at once is one change, with a count. */
export class RecentChanges {
  readonly #latest: RecentChange[] = []
  readonly #known: Set<string>
  readonly #servers: Servers
  readonly #now: () => Date
  #revision = 0

  constructor(catalog: Catalog, servers: Servers, now: () => Date) {
    this.#servers = servers
    this.#now = now
    this.#known = new Set(servers.all().map(({ id }) => id))
    catalog.subscribe((change) => this.#catalogChanged(change))
    servers.subscribe((id) => this.#serverChanged(id))
  }

  /** Grows with every change of a server. */
  get serverRevision(): number {
    return this.#revision
  }

  latest(): readonly RecentChange[] {
    return [...this.#latest].reverse()
  }

  #catalogChanged({ entries }: CatalogChange): void {
    const alike = Map.groupBy(entries, (change) => {
      const { type, source } = (change.after ?? change.before)!.record
      return `${kindOf(change)} ${type} ${source}`
    })
    for (const changes of alike.values()) {
      const [first] = changes as [EntryChange, ...EntryChange[]]
      const { id, type, name, source } = (first.after ?? first.before)!.document
      const change = kindOf(first)
      const count = changes.length
      this.#note({ at: this.#at(), of: 'entry', change, id, type, name, source, count })
    }
  }

  #serverChanged(id: string): void {
    this.#revision++
    const isThere = this.#servers.find(id) !== undefined
    const change = isThere ? (this.#known.has(id) ? 'changed' : 'added') : 'removed'
    if (isThere) this.#known.add(id)
    else this.#known.delete(id)
    this.#note({ at: this.#at(), of: 'server', change, id })
  }

  #at(): string {
    return this.#now().toISOString()
  }

  #note(change: RecentChange): void {
    this.#latest.push(change)
    if (this.#latest.length > KEPT) this.#latest.shift()
  }
}

const kindOf = ({ before, after }: EntryChange): ChangeKind =>
  before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
