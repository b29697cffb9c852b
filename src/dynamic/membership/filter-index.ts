import type { Entry } from '../../catalog/entry.ts'
import type { Atom } from '../../rules/analyse/atoms.ts'
import type { FilterSet } from './filter-set.ts'

type Use = (set: FilterSet) => void

/**
 * Tells which filters an entry can matter to. Most filters ask for a tag, a source or a name; those
 * are found by what the entry has. The rest can be anything and are always among them.
 */
export class FilterIndex {
  readonly #guarded = new Map<string, Set<FilterSet>>()
  readonly #unguarded = new Set<FilterSet>()

  add(set: FilterSet): void {
    if (!set.guard) {
      this.#unguarded.add(set)
      return
    }
    for (const key of new Set(set.guard.map(keyOf))) {
      const sets = this.#guarded.get(key)
      if (sets) sets.add(set)
      else this.#guarded.set(key, new Set([set]))
    }
  }

  delete(set: FilterSet): void {
    this.#unguarded.delete(set)
    for (const key of set.guard?.map(keyOf) ?? []) {
      const sets = this.#guarded.get(key)
      sets?.delete(set)
      if (sets?.size === 0) this.#guarded.delete(key)
    }
  }

  /**
   * Hands over the filters that may match an entry as it was or as it is; all others do not and did
   * not. Each once.
   */
  concerned(before: Entry | undefined, after: Entry | undefined, use: Use): void {
    for (const set of this.#unguarded) use(set)
    if (this.#guarded.size === 0) return
    const found = new Set<FilterSet>()
    this.#collectOf(before, found)
    this.#collectOf(after, found)
    for (const set of found) use(set)
  }

  #collectOf(entry: Entry | undefined, found: Set<FilterSet>): void {
    if (!entry) return
    const { name, source, tags, federated, deprecated } = entry.document
    this.#collect(`name\0${name}`, found)
    this.#collect(`source\0${source}`, found)
    for (const tag of tags) this.#collect(`tags\0${tag}`, found)
    if (federated) this.#collect('federated\0true', found)
    if (deprecated) this.#collect('deprecated\0true', found)
  }

  #collect(key: string, found: Set<FilterSet>): void {
    const sets = this.#guarded.get(key)
    if (sets) for (const set of sets) found.add(set)
  }
}

function keyOf({ field, value }: Atom): string {
  return `${field}\0${value}`
}
