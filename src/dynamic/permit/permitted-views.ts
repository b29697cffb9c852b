import { LRUCache } from 'lru-cache'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { ViewResult } from '../held.ts'
import type { Turns } from '../membership/turns.ts'
import { type Arranged, type Contended, listFor, toView, type View } from '../view.ts'
import type { Grounds } from './grounds.ts'
import type { Permits } from './permits.ts'
import { Personal } from './personal.ts'

/** Entries all kept lists may have together. */
const MAX_ENTRIES = 4_000_000

/** A server as it is for those who may use everything: what others see is a part of it. */
export interface Base {
  readonly view: View
  readonly contended: ReadonlyMap<EntryType, Contended>
  /** Of a frozen view: which of its entries may still be shown, and a number that grows when that may change. */
  readonly frozen?: { readonly isThere: (entry: Entry) => boolean; readonly revision: number }
}

interface Kept {
  readonly contended: Map<EntryType, Contended>
  readonly stamps: Map<EntryType, string>
  readonly arranged: Map<EntryType, Arranged>
  readonly personal: Personal | undefined
  base: View | undefined
  view: View | undefined
  /** Of the permits, and of what was frozen, when the view was made or last found to be right. */
  revision: number
  frozen: number | undefined
}

interface ViewKey {
  readonly server: string
  readonly text: string
}

/** Views by server and grounds; those unused longest are given up when there are too many. */
export class PermittedViews {
  readonly #catalog: Catalog
  readonly #permits: Permits
  readonly #turns: Turns
  readonly #kept: LRUCache<string, Kept>
  readonly #keys = new WeakMap<Grounds, ViewKey>()

  constructor(catalog: Catalog, permits: Permits, turns: Turns, maxEntries = MAX_ENTRIES) {
    this.#catalog = catalog
    this.#permits = permits
    this.#turns = turns
    this.#kept = new LRUCache({
      maxSize: maxEntries,
      sizeCalculation: ({ arranged }) =>
        [...arranged.values()].reduce((sum, { list }) => sum + list.length, 100),
    })
  }

  /** Views that are kept. */
  get size(): number {
    return this.#kept.size
  }

  /** The view on some grounds, when it is there and nothing has changed since it was made. */
  ready(base: Base, server: string, grounds: Grounds): View | undefined {
    const kept = this.#kept.get(this.#keyOf(server, grounds))
    if (!kept || kept.base !== base.view || kept.revision !== this.#permits.revision)
      return undefined
    return kept.frozen === base.frozen?.revision ? kept.view : undefined
  }

  /** Evaluates what depends on the caller, so that {@link of} need not. @throws {FacetError} */
  async warm(base: Base, server: string, grounds: Grounds): Promise<void> {
    const kept = this.#get(server, grounds)
    const { personal } = kept
    for (const type of this.#stale(base, grounds, kept)) {
      const { shown } = base.contended.get(type)!
      const entries = shown.map((entry) => this.#catalog.get(entry.record.id) ?? entry)
      await personal?.warm(grounds, entries, this.#turns)
    }
  }

  /** What may be used of a server on some grounds. Their sets must be there. */
  of(base: Base, server: string, grounds: Grounds): { view: View; result: ViewResult } {
    const kept = this.#get(server, grounds)
    const stale = this.#stale(base, grounds, kept)
    kept.revision = this.#permits.revision
    kept.frozen = base.frozen?.revision
    if (kept.view && kept.base === base.view && stale.length === 0) {
      return { view: kept.view, result: 'hit' }
    }
    for (const type of stale) {
      kept.contended.set(type, base.contended.get(type)!)
      kept.stamps.set(type, this.#stamp(type, base, grounds))
      kept.arranged.set(type, this.#arrange(type, base, grounds, kept))
    }
    const { definition, at, frozenUntil } = base.view
    const result = kept.view ? 'rebuild' : 'miss'
    kept.base = base.view
    kept.view = { ...toView(server, definition, kept.arranged, at, grounds.key), frozenUntil }
    this.#kept.set(this.#keyOf(server, grounds), kept)
    return { view: kept.view, result }
  }

  #stale(base: Base, grounds: Grounds, { contended, stamps }: Kept): EntryType[] {
    return ENTRY_TYPES.filter(
      (type) =>
        contended.get(type) !== base.contended.get(type) ||
        stamps.get(type) !== this.#stamp(type, base, grounds),
    )
  }

  #arrange(type: EntryType, base: Base, grounds: Grounds, kept: Kept): Arranged {
    const index = this.#catalog.index(type)
    const contended = base.contended.get(type)!
    const mayUse = this.#permits.among(type, grounds, contended.shown, kept.personal)
    const permits = (entry: Entry) =>
      mayUse(entry) && (base.frozen === undefined || base.frozen.isThere(entry))
    const previous = kept.arranged.get(type)?.list
    return listFor(contended, base.view.definition, {
      // Of a frozen view the names are those of the moment.
      index: base.frozen ? undefined : index,
      previous,
      permits,
    })
  }

  #stamp(type: EntryType, { frozen }: Base, grounds: Grounds): string {
    const stamp = this.#permits.stamp(type, grounds)
    return frozen ? `${stamp} ${frozen.revision}` : stamp
  }

  #get(server: string, grounds: Grounds): Kept {
    const key = this.#keyOf(server, grounds)
    const known = this.#kept.get(key)
    if (known) return known
    const kept: Kept = {
      contended: new Map(),
      stamps: new Map(),
      arranged: new Map(),
      personal: Personal.on(grounds),
      base: undefined,
      view: undefined,
      revision: -1,
      frozen: undefined,
    }
    this.#kept.set(key, kept)
    return kept
  }

  /** Put together once for grounds: the same text is found at once. */
  #keyOf(server: string, grounds: Grounds): string {
    const known = this.#keys.get(grounds)
    if (known?.server === server) return known.text
    const text = `${server} ${grounds.key}`
    this.#keys.set(grounds, { server, text })
    return text
  }
}
