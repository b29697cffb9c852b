import { isDeepStrictEqual } from 'node:util'
import type { EntryDocument } from '../../catalog/entry.ts'
import type { Reads } from '../../rules/analyse/reads.ts'
import { FIELDS } from '../../rules/fields.ts'

/** What of an entry a change may have changed. */
export interface Difference {
  readonly fields: readonly string[]
  /** Tags that came or went. */
  readonly tags: readonly string[]
  /** Whether the tags are others, or stand in another order: `tags[0]` is another one. */
  readonly tagList: boolean
  /** Whether there are more tags, or fewer. */
  readonly tagCount: boolean
}

const ALL_BUT_TAGS = Object.keys(FIELDS).filter((field) => field !== 'tags')

/** Compares two documents of an entry. */
export function differenceOf(before: EntryDocument, after: EntryDocument): Difference {
  const [a, b] = [
    before as unknown as Record<string, unknown>,
    after as unknown as Record<string, unknown>,
  ]
  const fields = ALL_BUT_TAGS.filter((field) => differs(a[field], b[field]))
  const gone = before.tags.filter((tag) => !after.tags.includes(tag))
  const came = after.tags.filter((tag) => !before.tags.includes(tag))
  const tagList =
    before.tags.length !== after.tags.length ||
    before.tags.some((tag, position) => tag !== after.tags[position])
  const tagCount = before.tags.length !== after.tags.length
  return { fields, tags: [...gone, ...came], tagList, tagCount }
}

/** Whether a filter that reads this may answer differently. */
export function touches({ fields, tags, tagCount }: Reads, difference: Difference): boolean {
  if (fields === 'all') return true
  if (tagCount && difference.tagCount) return true
  if (fields.size > 0) for (const field of difference.fields) if (fields.has(field)) return true
  if (tags === 'all') return difference.tagList
  if (tags.size > 0) for (const tag of difference.tags) if (tags.has(tag)) return true
  return false
}

/** An object made anew with the same members is not another one: many filters may read it. */
function differs(a: unknown, b: unknown): boolean {
  if (a === b) return false
  return typeof a !== 'object' || typeof b !== 'object' || !isDeepStrictEqual(a, b)
}
