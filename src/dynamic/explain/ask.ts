import { z } from 'zod'
import type { Caller } from '../../access/caller.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { errorItems } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { LIMITS } from '../../rules/limits.ts'
import { compileRules } from '../compile.ts'
import { rulesSchema, type ServerDefinition, serverDefinition } from '../definition.ts'
import type { Membership } from '../membership/membership.ts'
import type { Memberships } from '../membership/memberships.ts'
import type { Resolver } from '../resolve.ts'
import type { Servers } from '../servers.ts'
import { arrange, toView, type View } from '../view.ts'
import type { Explanation } from './answer.ts'
import { type ExplainedServer, explain } from './explain.ts'
import { type EntryQuery, findEntry } from './find-entry.ts'
import { nameIn } from './later-stages.ts'

export interface ExplainContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly resolver: Resolver
  readonly now: () => Date
}

/** What points at the entry, in a query or a body. */
export const entryQuery = z.object({
  entry: z.string().min(1).max(256).optional().meta({ description: 'Id of the entry' }),
  type: z.enum(ENTRY_TYPES).optional(),
  name: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .meta({ description: 'Its name, or its URI for resources and templates' }),
  source: z
    .string()
    .max(256)
    .optional()
    .meta({ description: 'Source of the entry, where several have the name' }),
})

/** Rules that are not saved, alone or in a whole definition, and the entry. */
export const explainBody = z
  .strictObject({
    ...entryQuery.shape,
    rules: rulesSchema.optional(),
    definition: z.looseObject({}).optional().meta({
      description: 'A server as it would be posted; instead of rules.',
    }),
  })
  .meta({ id: 'ExplainInput' })

/**
 * Why an entry is in a saved server, drafts included.
 *
 * @throws {FacetError} `not_found`, `server_unusable`, or why its rules cannot be worked out.
 */
export async function explainSaved(
  { catalog, servers, resolver, now }: ExplainContext,
  id: string,
  query: EntryQuery,
  caller: Caller,
): Promise<Explanation> {
  const server = servers.get(id)
  const held = await resolver.hold(server)
  const { status } = held.server.definition
  const served = status === 'active' ? await resolver.resolve(id, caller) : undefined
  const { view } = held.view(now().getTime())
  const serves = (entry: Entry) => served !== undefined && nameIn(served, entry) !== null
  return answer(catalog, held.membership, view, { id, status, serves }, query)
}

/**
 * The same for rules that are not saved; nothing is written and no model is asked.
 *
 * @throws {FacetError} `invalid_request`, `invalid_filter`, `not_found`, `too_expensive`.
 */
export async function explainUnsaved(
  catalog: Catalog,
  memberships: Memberships,
  body: unknown,
): Promise<Explanation> {
  const { definition, query } = understand(body)
  const rules = compileRules(definition.rules)
  const membership = await memberships.open(rules, { meter: { left: LIMITS.runSteps } })
  try {
    const arranged = new Map(
      ENTRY_TYPES.map((type) => [type, arrange(type, membership, catalog, definition)]),
    )
    const view = toView('preview', definition, arranged, 0)
    const server = { id: null, status: 'unsaved', serves: () => false } as const
    return answer(catalog, membership, view, server, query)
  } finally {
    memberships.release(membership)
  }
}

function answer(
  catalog: Catalog,
  membership: Membership,
  view: View,
  server: ExplainedServer,
  query: EntryQuery,
): Explanation {
  const { entry, others } = findEntry(catalog, query, view)
  const { id, type } = entry.record
  const slot = catalog.index(type).slotOf(id)!
  return explain({ entry, slot, catalog, membership, view }, server, others)
}

function understand(body: unknown): { definition: ServerDefinition; query: EntryQuery } {
  const parsed = explainBody.safeParse(body)
  if (!parsed.success) throw refused(parsed.error)
  const { rules, definition: given, ...query } = parsed.data
  if ((rules === undefined) === (given === undefined)) {
    const message = 'Expected either rules or definition.'
    throw new FacetError('invalid_request', message, { errors: [{ path: 'rules', message }] })
  }
  const { id: _id, ...fields } = given ?? { name: 'explain', rules }
  const definition = serverDefinition.safeParse(fields)
  if (!definition.success) throw refused(definition.error, 'definition.')
  return { definition: definition.data, query }
}

function refused(error: z.ZodError, below = ''): FacetError {
  const errors = errorItems(error).map((item) => ({ ...item, path: `${below}${item.path}` }))
  return new FacetError('invalid_request', 'The body of the request is not valid.', { errors })
}
