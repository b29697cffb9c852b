import type { Catalog } from '../../catalog/catalog.ts'
import { type Entry, MANUAL } from '../../catalog/entry.ts'
import { compareEntries } from '../../catalog/order.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { ApprovalRecord, Author, JsonObject } from '../../store/ports.ts'
import type { ServerDefinition } from '../definition.ts'
import { overridden, overridesOf } from '../overrides/overrides.ts'
import type { DynamicServer } from '../servers.ts'
import type { View } from '../view.ts'
import type { Approvals } from './approvals.ts'
import { type ContentChange, contentChanges, hashOf } from './content.ts'
import { holderOf } from './names.ts'

export type PendingState = 'pending' | 'rejected'

/** A member that waits for a decision or was rejected, and what there is to decide about. */
export interface PendingEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
  readonly federated: boolean
  readonly state: PendingState
  /**
   * Why it waits, if it does: nothing was decided about it, it is not what was decided about, or its
   * name means another entry.
   */
  readonly reason?: 'new' | 'changed' | 'name'
  /** Id of the entry that its name means until it is approved. */
  readonly replaces?: string
  /** Whether it was approved before it changed. */
  readonly held: boolean
  readonly hash: string
  readonly definition: JsonObject
  /** The last decision, with the definition it was about. */
  readonly decided?: {
    readonly state: ApprovalRecord['state']
    readonly by: Author
    readonly at: string
    readonly definition: JsonObject
  }
  /** What changed since that decision. */
  readonly changes: readonly ContentChange[]
}

export interface PendingContext {
  readonly catalog: Catalog
  readonly approvals: Approvals
}

/** Members of a server that are not approved as they are, in the order of types and lists. */
export function withheldMembers(
  { catalog }: PendingContext,
  { withheld }: Pick<View, 'withheld'>,
  state: PendingState,
): Entry[] {
  const found = withheld
    .filter((each) => each.state === state)
    .flatMap(({ id }) => catalog.get(id) ?? [])
  return ENTRY_TYPES.flatMap((type) =>
    found.filter(({ record }) => record.type === type).sort(compareEntries),
  )
}

/** Behind which of them a page starts: entries are ordered by type, then as in lists. */
export function isBehind(entry: Entry, last: Entry): boolean {
  const [a, b] = [entry, last].map(({ record }) => ENTRY_TYPES.indexOf(record.type))
  return a! - b! > 0 || (a === b && compareEntries(entry, last) > 0)
}

/** An approved entry that waits does so for its name. */
const REASONS = { new: 'new', changed: 'changed', approved: 'name' } as const

/** An entry under the name a server gives it, whether its override fits or not. */
export function asShown(entry: Entry, definition: ServerDefinition): Entry {
  const [by] = overridesOf(definition).about(entry, definition.naming)
  return by ? overridden(by, entry) : entry
}

export function presentPending(
  { approvals }: PendingContext,
  { id: server, definition: shownBy }: DynamicServer,
  entry: Entry,
): PendingEntry {
  const { id, type, source, definition } = entry.record
  const approval = approvals.get(server, id)
  const verdict = approvals.verdict(server, entry)
  const replaces = holderOf(asShown(entry, shownBy), shownBy, { server, approvals })
  return {
    id,
    type,
    name: entry.document.name,
    source,
    federated: source !== MANUAL,
    state: verdict === 'rejected' ? 'rejected' : 'pending',
    ...(verdict === 'rejected' ? {} : { reason: REASONS[verdict] }),
    ...(replaces === undefined ? {} : { replaces }),
    held: verdict !== 'new' && approval?.state === 'approved',
    hash: hashOf(definition),
    definition,
    ...(approval
      ? {
          decided: {
            state: approval.state,
            by: approval.author,
            at: approval.decidedAt,
            definition: approval.definition,
          },
        }
      : {}),
    changes: verdict === 'changed' ? contentChanges(approval!.definition, definition) : [],
  }
}
