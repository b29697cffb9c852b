import type { Catalog } from '../../catalog/catalog.ts'
import type { Membership } from '../membership/membership.ts'
import type { Approvals } from './approvals.ts'
import type { Review } from './stage.ts'

/**
 * The decisions of a server as they would be after its rules were saved: what an edit brings in
 * counts as approved, and what waits goes on waiting.
 *
 * @param stored what the server's rules select as they are stored; without it, an edit brings
 *   nothing in that is approved
 */
export function reviewOfEdit(
  server: string,
  approvals: Approvals,
  catalog: Catalog,
  stored: Membership | undefined,
): Review {
  return {
    server,
    approvals: {
      get: (id, entry) => approvals.get(id, entry),
      asApproved: (id, entry) => approvals.asApproved(id, entry),
      holder: (id, name) => approvals.holder(id, name),
      hasNames: (id) => approvals.hasNames(id),
      verdict(id, entry) {
        const verdict = approvals.verdict(id, entry)
        if (verdict !== 'new' || !stored) return verdict
        const { id: key, type } = entry.record
        const slot = catalog.index(type).slotOf(key)
        return slot !== undefined && stored.members(type).has(slot) ? 'new' : 'approved'
      },
    },
  }
}
