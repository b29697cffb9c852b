import type { Entry } from '../catalog/entry.ts'
import { exposedName, type Naming, shownName } from '../catalog/exposed-name.ts'
import type { TypeIndex } from '../catalog/index/type-index.ts'
import { comparePlaces, type Place, placeOf } from '../catalog/order.ts'
import type { JsonObject } from '../store/ports.ts'

/** One entry as a dynamic server shows it. */
export interface Listed {
  readonly entry: Entry
  /** The name clients see; equal to the entry's own unless the server prefixes names. */
  readonly name: string
}

let lastContent = 0

/**
 * The entries of one type that a server shows, in order. It never changes: a server that shows
 * something else has another list.
 */
export class List implements Iterable<Listed> {
  readonly entries: readonly Entry[]
  readonly naming: Naming
  /** Equal for lists that are the same, byte for byte, to MCP clients. */
  readonly content: number
  /** The index the entries are in, while they are there as they are here. */
  readonly #index: TypeIndex | undefined
  #digest: string | undefined
  #sources: ReadonlySet<string> | undefined
  #byName: Map<string, number> | undefined

  /** @param previous the list this one takes the place of, whose stored bytes may still be right */
  constructor(
    entries: readonly Entry[],
    naming: Naming,
    { index, previous }: { index?: TypeIndex | undefined; previous?: List | undefined } = {},
  ) {
    this.entries = entries
    this.naming = naming
    this.#index = index
    this.content = previous && looksLike(this, previous) ? previous.content : ++lastContent
  }

  get length(): number {
    return this.entries.length
  }

  /** Equal for lists in which no client sees a difference, within this process. */
  get digest(): string {
    this.#digest ??= digestOf(this.entries, this.naming)
    return this.#digest
  }

  /** Ids of the sources the entries come from. */
  get sources(): ReadonlySet<string> {
    this.#sources ??= new Set(this.entries.map(({ record }) => record.source))
    return this.#sources
  }

  *[Symbol.iterator](): Iterator<Listed> {
    for (const entry of this.entries) yield this.#listed(entry)
  }

  map<T>(use: (listed: Listed) => T): T[] {
    return this.entries.map((entry) => use(this.#listed(entry)))
  }

  slice(start: number, end?: number): Listed[] {
    return this.entries.slice(start, end).map((entry) => this.#listed(entry))
  }

  /** The entry shown under a name, or a URI for resources and templates. */
  find(name: string): Listed | undefined {
    const entry = this.#index ? this.#indexed(name) : this.#named(name)
    return entry && this.#listed(entry)
  }

  /** Whether the list shows this very entry, as it is. */
  has(entry: Entry): boolean {
    return this.entries[this.firstFrom(placeOf(entry))] === entry
  }

  /** Index of the first entry that stands behind a place. */
  firstAfter(place: Place): number {
    return this.#search(place, (order) => order <= 0)
  }

  /** Index of the first entry that stands at a place or behind it. */
  firstFrom(place: Place): number {
    return this.#search(place, (order) => order < 0)
  }

  #search(place: Place, before: (order: number) => boolean): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(comparePlaces(placeOf(this.entries[middle]!), place))) low = middle + 1
      else high = middle
    }
    return low
  }

  /** By the index of the catalog, which spares a table of names for every list. */
  #indexed(name: string): Entry | undefined {
    for (const slot of this.#index?.names(this.naming).get(name) ?? []) {
      const entry = this.#index?.at(slot)
      if (entry && this.has(entry)) return entry
    }
    return undefined
  }

  #named(name: string): Entry | undefined {
    if (!this.#byName) {
      this.#byName = new Map()
      for (const [position, entry] of this.entries.entries()) {
        this.#byName.set(exposedName(entry, this.naming), position)
      }
    }
    const position = this.#byName.get(name)
    return position === undefined ? undefined : this.entries[position]
  }

  #listed(entry: Entry): Listed {
    return { entry, name: shownName(entry, this.naming) }
  }
}

/** The object an MCP list shows: what the source said, under the exposed name. */
export function toMcp({ entry, name }: Listed): JsonObject {
  const { definition, meta } = entry.record
  const listed: JsonObject = { ...definition, name }
  if (!entry.source.federated && meta !== null) listed._meta = meta
  return listed
}

function looksLike(list: List, other: List): boolean {
  if (list.naming !== other.naming || list.length !== other.length) return false
  return list.entries.every((entry, i) => {
    const before = other.entries[i]!
    return entry.shown === before.shown && entry.record.id === before.record.id
  })
}

/** Two hashes of 32 bits over the numbers of what is shown, which depend on the order. */
function digestOf(entries: readonly Entry[], naming: Naming): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (const { shown } of entries) {
    a = Math.imul(a ^ shown, 0x01000193)
    b = Math.imul(b + shown, 0x85ebca6b) ^ (b >>> 13)
  }
  return `${naming}:${entries.length}:${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
