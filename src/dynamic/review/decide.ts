import { z } from 'zod'
import type { Entry } from '../../catalog/entry.ts'
import { exposedName } from '../../catalog/exposed-name.ts'
import { compareEntries } from '../../catalog/order.ts'
import { errorItems, type Precondition } from '../../catalog/verbs.ts'
import { type ErrorItem, FacetError } from '../../errors/facet-error.ts'
import type { ApprovalRecord, ApprovalStore, Author } from '../../store/ports.ts'
import type { Membership } from '../membership/membership.ts'
import type { Resolver } from '../resolve.ts'
import type { DynamicServer, Servers } from '../servers.ts'
import type { View } from '../view.ts'
import { hashOf } from './content.ts'
import { nameKey, nameRecord } from './name-records.ts'
import { holderOf } from './names.ts'
import { asShown, type PendingContext, withheldMembers } from './pending.ts'

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
  precondition?: Precondition,
): Promise<readonly Entry[]> {
  const { servers, store, approvals, resolver } = context
  const parsed = decisionInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'Expected {"entries": [ids]} or {"all": true}.', {
      errors: errorItems(parsed.error),
    })
  }
  return servers.alone(async () => {
    const server = servers.get(id)
    if (precondition && !precondition(server.version)) {
      throw new FacetError('precondition_failed', `${id} is at version ${server.version} now.`)
    }
    if (server.definition.admission !== 'review') {
      throw new FacetError('not_under_review', `${id} takes entries without review.`)
    }
    const held = await resolver.hold(server)
    const { view } = held.view(servers.now().getTime())
    const entries = named(context, server, { view, membership: held.membership }, parsed.data)
    const decidedAt = servers.now().toISOString()
    const records = entries.map(({ record: { id: entry, definition } }): ApprovalRecord => {
      const hash = hashOf(definition)
      return { server: id, entry, state, hash, definition, author, decidedAt }
    })
    const by = { author, decidedAt }
    const names = state === 'approved' ? takenNames(context, server, view, entries, by) : []
    await store.put([...records, ...names])
    approvals.take([...records, ...names])
    approvals.tell(id)
    return entries
  })
}

/**
 * The names that approved entries take over: whoever approves an entry approves it under its name,
 * unless an earlier entry that has the name keeps it.
 */
function takenNames(
  { approvals }: DecideContext,
  { id: server, definition }: DynamicServer,
  { lists }: View,
  entries: readonly Entry[],
  by: Parameters<typeof nameRecord>[3],
): ApprovalRecord[] {
  return entries.flatMap((each) => {
    const entry = asShown(each, definition)
    if (holderOf(entry, definition, { server, approvals }) === undefined) return []
    const { type, id } = entry.record
    const name = exposedName(entry, definition.naming)
    const shown = lists.get(type)!.find(name)?.entry
    if (shown && compareEntries(shown, entry) < 0) return []
    return [nameRecord(server, nameKey(type, name), id, by)]
  })
}

function named(
  context: DecideContext,
  server: DynamicServer,
  { view, membership }: { view: View; membership: Membership },
  which: z.output<typeof decisionInput>,
): Entry[] {
  const { catalog } = context
  if ('all' in which) return withheldMembers(context, view, 'pending')
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
