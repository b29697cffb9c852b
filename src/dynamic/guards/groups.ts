import type { CodeGuard } from '../../access/guards/codes/codes.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { List } from '../list.ts'
import type { Turns } from '../membership/turns.ts'

export type Lists = ReadonlyMap<EntryType, List>

/** The groups that entries of a view belong to; there is at least one. */
export interface Gates {
  readonly groups: readonly CodeGuard[]
  /** The groups that entries of lists belong to; undefined for none of them. */
  within(lists: Lists, turns: Turns): Promise<Gates | undefined>
}
