import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { Catalog } from './catalog.ts'

export interface TagCount {
  readonly tag: string
  readonly count: number
  readonly types: Readonly<Partial<Record<EntryType, number>>>
}

/** Every tag in use with the number of entries that show it, most used first. */
export function listTags(catalog: Catalog): TagCount[] {
  const counts = new Map<string, Partial<Record<EntryType, number>>>()
  for (const type of ENTRY_TYPES) {
    for (const [tag, count] of catalog.index(type).tags.counts()) {
      counts.set(tag, { ...counts.get(tag), [type]: count })
    }
  }
  return [...counts]
    .map(([tag, types]) => ({
      tag,
      count: Object.values(types).reduce((sum, count) => sum + count, 0),
      types,
    }))
    .sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1))
}
