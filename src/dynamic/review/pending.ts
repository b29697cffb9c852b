import type { Catalog } from '../../catalog/catalog.ts'
import { type Entry, MANUAL } from '../../catalog/entry.ts'
import { compareEntries } from '../../catalog/order.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { ApprovalRecord, Author, JsonObject } from '../../store/ports.ts'
import type { Membership } from '../membership/membership.ts'
import type { DynamicServer } from '../servers.ts'
import type { Approvals } from './approvals.ts'
import { type ContentChange, contentChanges, hashOf } from './content.ts'

export type PendingState = 'pending' | 'rejected'

/** A member that waits for a decision or was rejected, and what there is to decide about. */
export interface PendingEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
  readonly federated: boolean
  readonly state: PendingState
  /** Why it waits, if it does: nothing was decided about it, or it is not what was decided about. */
  readonly reason?: 'new' | 'changed'
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
  { catalog, approvals }: PendingContext,
  { id }: DynamicServer,
  membership: Membership,
  state: PendingState,
): Entry[] {
  return ENTRY_TYPES.flatMap((type) => {
    const index = catalog.index(type)
    return index
      .inOrder(membership.members(type))
      .map((slot) => index.at(slot)!)
      .filter((entry) => stateOf(approvals, id, entry) === state)
  })
}

function stateOf(approvals: Approvals, server: string, entry: Entry): PendingState | 'approved' {
  const verdict = approvals.verdict(server, entry)
  return verdict === 'new' || verdict === 'changed' ? 'pending' : verdict
}

/** Behind which of them a page starts: entries are ordered by type, then as in lists. */
export function isBehind(entry: Entry, last: Entry): boolean {
  const [a, b] = [entry, last].map(({ record }) => ENTRY_TYPES.indexOf(record.type))
  return a! - b! > 0 || (a === b && compareEntries(entry, last) > 0)
}

export function presentPending(
  { approvals }: PendingContext,
  { id: server }: DynamicServer,
  entry: Entry,
): PendingEntry {
  const { id, type, source, definition } = entry.record
  const approval = approvals.get(server, id)
  const verdict = approvals.verdict(server, entry)
  return {
    id,
    type,
    name: entry.document.name,
    source,
    federated: source !== MANUAL,
    state: verdict === 'rejected' ? 'rejected' : 'pending',
    ...(verdict === 'rejected' ? {} : { reason: verdict === 'new' ? 'new' : 'changed' }),
    held: verdict === 'changed' && approval?.state === 'approved',
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
