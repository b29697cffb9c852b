import type { EntryDocument } from '../../catalog/entry.ts'
import type { Reads } from '../../rules/analyse/reads.ts'
import { FIELDS } from '../../rules/fields.ts'

/** What of an entry a change may have changed. */
export interface Difference {
  readonly fields: readonly string[]
  /** Tags that came or went. */
  readonly tags: readonly string[]
}

const SCALARS_AND_OBJECTS = Object.keys(FIELDS).filter((field) => field !== 'tags')

/** Compares two documents of an entry. Objects are told apart by identity: never too little. */
export function differenceOf(before: EntryDocument, after: EntryDocument): Difference {
  const [a, b] = [
    before as unknown as Record<string, unknown>,
    after as unknown as Record<string, unknown>,
  ]
  const fields = SCALARS_AND_OBJECTS.filter((field) => a[field] !== b[field])
  const gone = before.tags.filter((tag) => !after.tags.includes(tag))
  const came = after.tags.filter((tag) => !before.tags.includes(tag))
  return { fields, tags: [...gone, ...came] }
}

/** Whether a filter that reads this may answer differently. */
export function touches({ fields, tags }: Reads, difference: Difference): boolean {
  if (fields === 'all') return true
  for (const field of difference.fields) if (fields.has(field)) return true
  if (tags === 'all') return difference.tags.length > 0
  for (const tag of difference.tags) if (tags.has(tag)) return true
  return false
}
