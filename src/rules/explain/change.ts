import type { Edit } from './edit.ts'

/** What to do to an entry for one clause to come out differently, in words. */
export interface Change {
  readonly text: string
  /** Top-level field of the entry that changes; undefined when it cannot be told. */
  readonly field: string | number | undefined
  /** The same done to a document, to see whether it is enough; absent when people have to think. */
  readonly edit?: Edit
}
