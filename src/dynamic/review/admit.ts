import type { Catalog } from '../../catalog/catalog.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { ApprovalRecord, Author, ServerWrite } from '../../store/ports.ts'
import type { ServerDefinition } from '../definition.ts'
import type { Membership } from '../membership/membership.ts'
import type { Memberships } from '../membership/memberships.ts'
import type { DynamicServer, Unsaved } from '../servers.ts'
import { hashOf } from './content.ts'

export interface AdmitContext {
  readonly catalog: Catalog
  readonly memberships: Memberships
  readonly now: () => Date
}

/**
 * What saving a server decides about entries. All members count as approved when review starts;
 * later those that an edit of the rules brings in, unless something was decided about them. Where
 * the rules cannot be evaluated nothing is approved. Without review decisions are forgotten.
 */
export async function admittedBy(
  context: AdmitContext,
  before: DynamicServer | undefined,
  next: Unsaved,
  author: Author,
): Promise<ServerWrite['approvals']> {
  if (next.definition.admission !== 'review') return { forget: true, put: [] }
  const goesOn = before?.definition.admission === 'review'
  if (goesOn && sameRules(before.definition, next.definition)) return { forget: false, put: [] }
  const { catalog, memberships, now } = context
  const opened: Membership[] = []
  try {
    const after = await memberships.open(next.rules, ownedBy(before, next))
    opened.push(after)
    const earlier = goesOn
      ? await memberships.open(before.rules, ownedBy(before, before))
      : undefined
    if (earlier) opened.push(earlier)
    await memberships.settled()
    const decidedAt = now().toISOString()
    const put: ApprovalRecord[] = []
    for (const type of ENTRY_TYPES) {
      const index = catalog.index(type)
      for (const slot of after.members(type).toArray()) {
        if (earlier?.members(type).has(slot)) continue
        const { id: entry, definition } = index.at(slot)!.record
        const hash = hashOf(definition)
        put.push({ server: next.id, entry, state: 'approved', hash, definition, author, decidedAt })
      }
    }
    return { forget: !goesOn, put }
  } catch (error) {
    if (!(error instanceof FacetError)) throw error
    return { forget: !goesOn, put: [] }
  } finally {
    for (const membership of opened) memberships.release(membership)
  }
}

/** What models chose for a server that is in use counts; for others none is asked. */
function ownedBy(before: DynamicServer | undefined, next: Unsaved): { owner?: string } {
  const inUse = before?.definition.status === 'active'
  return inUse && sameRules(before.definition, next.definition) ? { owner: before.id } : {}
}

function sameRules(a: ServerDefinition, b: ServerDefinition): boolean {
  return JSON.stringify(a.rules) === JSON.stringify(b.rules)
}
