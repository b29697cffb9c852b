import type { Entry } from '../../catalog/entry.ts'
import { type Difference, touches } from './difference.ts'
import type { FilterSet } from './filter-set.ts'

type Use = (set: FilterSet) => void

/**
 * Tells which filters a change of an entry can matter to. Most filters ask for a tag, a source or a
 * name; those are found by what the entry has. The rest can match anything, and are found by what
 * they read when an entry is changed in place.
 */
export class FilterIndex {
  readonly #guarded = new Map<string, Set<FilterSet>>()
  readonly #unguarded = new Set<FilterSet>()
  /** Unguarded filters by what they read. */
  readonly #readers = new Map<string, Set<FilterSet>>()

  add(set: FilterSet): void {
    if (set.guard) {
      for (const { field, value } of set.guard) file(this.#guarded, `${field}\0${value}`, set)
      return
    }
    this.#unguarded.add(set)
    for (const key of readKeys(set)) file(this.#readers, key, set)
  }

  delete(set: FilterSet): void {
    if (set.guard) {
      for (const { field, value } of set.guard) take(this.#guarded, `${field}\0${value}`, set)
      return
    }
    this.#unguarded.delete(set)
    for (const key of readKeys(set)) take(this.#readers, key, set)
  }

  /**
   * Hands over the filters that may answer differently for an entry as it is than for the entry as it
   * was. Each once.
   *
   * @param difference what was changed, when it was there before and is there now.
   */
  concerned(
    before: Entry | undefined,
    after: Entry | undefined,
    difference: Difference | undefined,
    use: Use,
  ): void {
    if (difference) this.#readersOf(difference, use)
    else for (const set of this.#unguarded) use(set)
    if (this.#guarded.size === 0) return
    const found = new Set<FilterSet>()
    this.#collectOf(before, found)
    this.#collectOf(after, found)
    for (const set of found) if (!difference || touches(set.reads, difference)) use(set)
  }

  #readersOf({ fields, tags, tagList, tagCount }: Difference, use: Use): void {
    if (this.#unguarded.size === 0) return
    const keys = [ANYTHING, ...fields.map(fieldKey), ...tags.map(tagKey)]
    if (tagList) keys.push(ALL_TAGS)
    if (tagCount) keys.push(TAG_COUNT)
    const filed = keys.flatMap((key) => this.#readers.get(key) ?? [])
    for (const set of filed.length === 1 ? filed[0]! : unionOf(filed)) use(set)
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

/** Keys of filters that may look anywhere, and of those to which anything about the tags matters. */
const ANYTHING = 'anything'
const ALL_TAGS = 'all tags'
const TAG_COUNT = 'number of tags'
const fieldKey = (field: string) => `field\0${field}`
const tagKey = (tag: string) => `tag\0${tag}`

function readKeys({ reads: { fields, tags, tagCount } }: FilterSet): string[] {
  if (fields === 'all') return [ANYTHING]
  const countKeys = tagCount ? [TAG_COUNT] : []
  const tagKeys = tags === 'all' ? [ALL_TAGS] : [...tags].map(tagKey)
  return [...fields].map(fieldKey).concat(tagKeys, countKeys)
}

function unionOf(sets: readonly Set<FilterSet>[]): Set<FilterSet> {
  const union = new Set<FilterSet>()
  for (const set of sets) for (const one of set) union.add(one)
  return union
}

function file(under: Map<string, Set<FilterSet>>, key: string, set: FilterSet): void {
  const sets = under.get(key)
  if (sets) sets.add(set)
  else under.set(key, new Set([set]))
}

function take(under: Map<string, Set<FilterSet>>, key: string, set: FilterSet): void {
  const sets = under.get(key)
  sets?.delete(set)
  if (sets?.size === 0) under.delete(key)
}
