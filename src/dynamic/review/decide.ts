import { z } from 'zod'
import type { Entry } from '../../catalog/entry.ts'
import { errorItems } from '../../catalog/verbs.ts'
import { type ErrorItem, FacetError } from '../../errors/facet-error.ts'
import type { ApprovalRecord, ApprovalStore, Author } from '../../store/ports.ts'
import type { Resolver } from '../resolve.ts'
import type { DynamicServer, Servers } from '../servers.ts'
import { hashOf } from './content.ts'
import { type PendingContext, withheldMembers } from './pending.ts'

const MAX_ENTRIES = 10_000

const one = z.union([
  z.string().min(1).max(256),
  z.strictObject({ id: z.string().min(1).max(256), hash: z.string().max(128) }),
])

/** Which entries a decision is about: some, or all that wait. */
export const decisionInput = z
  .union([
    z.strictObject({ entries: z.array(one).min(1).max(MAX_ENTRIES) }),
    z.strictObject({ all: z.literal(true) }),
  ])
  .meta({ id: 'ReviewDecision' })

export interface DecideContext extends PendingContext {
  readonly store: ApprovalStore
  readonly servers: Servers
  readonly resolver: Resolver
}

/**
 * Approves or rejects members of a server under review, as they are now: all of what is named, or
 * nothing. It applies at once, also to a frozen server.
 *
 * @throws {FacetError} `not_under_review`, `invalid_request`, `not_found` for what is no member,
 *   `precondition_failed` for what is not what the caller saw.
 */
export function decide(
  context: DecideContext,
  id: string,
  state: ApprovalRecord['state'],
  body: unknown,
  author: Author,
): Promise<readonly Entry[]> {
  const { servers, store, approvals } = context
  const parsed = decisionInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'Expected {"entries": [ids]} or {"all": true}.', {
      errors: errorItems(parsed.error),
    })
  }
  return servers.alone(async () => {
    const server = servers.get(id)
    if (server.definition.admission !== 'review') {
      throw new FacetError('not_under_review', `${id} takes entries without review.`)
    }
    const entries = await named(context, server, parsed.data)
    const decidedAt = servers.now().toISOString()
    const records = entries.map(({ record: { id: entry, definition } }): ApprovalRecord => {
      const hash = hashOf(definition)
      return { server: id, entry, state, hash, definition, author, decidedAt }
    })
    await store.put(records)
    approvals.take(records)
    approvals.tell(id)
    return entries
  })
}

async function named(
  context: DecideContext,
  server: DynamicServer,
  which: z.output<typeof decisionInput>,
): Promise<Entry[]> {
  const { catalog, resolver } = context
  const { membership } = await resolver.hold(server)
  if ('all' in which) return withheldMembers(context, server, membership, 'pending')
  const missing: ErrorItem[] = []
  const changed: ErrorItem[] = []
  const found = which.entries.flatMap((item, index) => {
    const { id, hash } = typeof item === 'string' ? { id: item, hash: undefined } : item
    const entry = catalog.get(id)
    const path = `entries[${index}]`
    const slot = entry && catalog.index(entry.record.type).slotOf(id)
    if (!entry || slot === undefined || !membership.members(entry.record.type).has(slot)) {
      missing.push({ path, message: `No rule of ${server.id} selects ${id} now.` })
      return []
    }
    if (hash !== undefined && hash !== hashOf(entry.record.definition)) {
      changed.push({ path, message: `${id} changed since; its hash is another one now.` })
    }
    return [entry]
  })
  if (missing.length > 0) {
    throw new FacetError('not_found', missing[0]!.message, { errors: missing })
  }
  if (changed.length > 0) {
    throw new FacetError('precondition_failed', changed[0]!.message, { errors: changed })
  }
  return [...new Set(found)]
}
