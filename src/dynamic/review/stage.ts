import type { Entry } from '../../catalog/entry.ts'
import { compareEntries } from '../../catalog/order.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { ServerDefinition } from '../definition.ts'
import type { Approvals } from './approvals.ts'

/** A member that is not approved as it is. */
export interface Withheld {
  readonly type: EntryType
  readonly id: string
  readonly name: string
  readonly source: string
  readonly state: 'pending' | 'rejected'
  /** `name`: it would take a name that means another entry. */
  readonly reason: 'new' | 'changed' | 'name'
  /** Whether it was approved before it changed. */
  readonly held: boolean
  /** Whether clients see it as it was approved. */
  readonly kept: boolean
}

/** A server whose decisions are asked for. */
export interface Review {
  readonly server: string
  readonly approvals: Pick<Approvals, 'verdict' | 'asApproved' | 'get' | 'holder' | 'hasNames'>
}

export interface Reviewed {
  readonly members: readonly Entry[]
  readonly withheld: readonly Withheld[]
  /** Entries shown as they were approved and not as they are. */
  readonly kept: readonly Entry[]
}

/**
 * Leaves out what is not approved. A member whose definition changed is left out too, or shown as it
 * was approved, as the server says.
 */
export function review(
  members: readonly Entry[],
  { admission, on_change }: ServerDefinition,
  { server, approvals }: Review,
): Reviewed {
  if (admission === 'auto') return { members, withheld: [], kept: [] }
  const withheld: Withheld[] = []
  const kept: Entry[] = []
  const admitted = members.flatMap((entry) => {
    const verdict = approvals.verdict(server, entry)
    if (verdict === 'approved') return [entry]
    const approved = verdict === 'changed' ? approvals.asApproved(server, entry) : undefined
    const shown = on_change === 'keep' ? approved : undefined
    const { id, type, source } = entry.record
    withheld.push({
      type,
      id,
      name: entry.document.name,
      source,
      state: verdict === 'rejected' ? 'rejected' : 'pending',
      reason: verdict === 'new' ? 'new' : 'changed',
      held: approved !== undefined,
      kept: shown !== undefined,
    })
    if (shown) kept.push(shown)
    return shown ? [shown] : []
  })
  // A kept entry may have had another name, which stands elsewhere.
  if (kept.length > 0) admitted.sort(compareEntries)
  return { members: admitted, withheld, kept }
}

/** Whether a member may be shown on a server as it is, or as it was approved. */
export function mayShow(
  entry: Entry,
  { admission, on_change }: ServerDefinition,
  { server, approvals }: Review,
): boolean {
  if (admission === 'auto') return true
  const verdict = approvals.verdict(server, entry)
  if (verdict !== 'changed') return verdict === 'approved'
  return on_change === 'keep' && approvals.get(server, entry.record.id)?.state === 'approved'
}

/** How many members of a view wait for a decision, and how many of them were approved before. */
export function pendingIn({ withheld }: { readonly withheld: readonly Withheld[] }): {
  readonly pending: number
  readonly held: number
} {
  const waiting = withheld.filter(({ state }) => state === 'pending')
  return { pending: waiting.length, held: waiting.filter(({ held }) => held).length }
}
