import { z } from 'zod'
import { type AskedCaller, askedCaller } from '../../access/asked-caller.ts'
import { ADMIN } from '../../access/caller.ts'
import type { Guards } from '../../access/guards/guards.ts'
import type { Policies } from '../../access/policies/policies.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { errorItems } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import { LIMITS } from '../../rules/limits.ts'
import { compileRules } from '../compile.ts'
import { rulesSchema } from '../definition.ts'
import type { Subjected } from '../permit/grounds.ts'
import { type LookThrough, viewThrough } from '../permit/look-through.ts'
import type { Resolver } from '../resolve.ts'
import type { Servers } from '../servers.ts'
import { unsavedServer } from '../unsaved-server.ts'
import { type Contended, contendAll, listFor, toView, type View } from '../view.ts'
import type { Explanation } from './answer.ts'
import { type ExplainedServer, explain } from './explain.ts'
import { type EntryQuery, type FoundEntry, findEntry } from './find-entry.ts'
import { guardsAsked } from './guards-asked.ts'
import { nameIn, type Subject } from './later-stages.ts'
import { type Permitted, permitOf } from './permit-stage.ts'

export interface ExplainContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly policies: Policies
  readonly guards: Guards
  readonly resolver: Resolver
  readonly now: () => Date
}

/** What of an answer depends on whoever asks. */
export interface Asking {
  readonly through?: LookThrough | undefined
  /** Whether they may see guards. */
  readonly seesGuards: boolean
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
    caller: askedCaller.optional().meta({ description: 'Through whose eyes to look.' }),
  })
  .meta({ id: 'ExplainInput' })

/**
 * Why an entry is in a saved server, drafts included: for those who may use everything, or for a
 * caller.
 *
 * @throws {FacetError} `not_found`, `server_unusable`, or why its rules cannot be worked out.
 */
export async function explainSaved(
  context: ExplainContext,
  id: string,
  query: EntryQuery,
  { through, seesGuards }: Asking,
): Promise<Explanation> {
  const { catalog, servers, resolver, now } = context
  const held = await resolver.hold(servers.get(id))
  const { server } = held
  const { status } = server.definition
  const caller = through?.caller ?? ADMIN
  const served = status === 'active' ? await resolver.resolve(id, caller) : undefined
  const contended = () => {
    held.view(now().getTime())
    return held.contended
  }
  const seen = through && (await viewThrough(resolver.tools, server, caller, contended))
  const serves = (entry: Entry) => served !== undefined && nameIn(served, entry) !== null
  const whole = () => held.view(now().getTime()).view
  const { found, permitted } = await about(context, server, whole(), { query, through })
  const view = whole()
  const what = { catalog, membership: held.membership, view, seen: seen ?? view }
  const shown = { id, status, serves, caller: shownCaller(through) }
  const explanation = answer(what, shown, found, permitted)
  return seesGuards ? withGuards(context, explanation, { server, found, through }) : explanation
}

/**
 * The same for rules that are not saved; nothing is written and no model is asked.
 *
 * @throws {FacetError} `invalid_request`, `invalid_filter`, `not_found`, `too_expensive`.
 */
export async function explainUnsaved(
  context: ExplainContext,
  body: unknown,
  ask: (caller: AskedCaller | undefined, server: Subjected) => Asking,
): Promise<Explanation> {
  const { catalog, resolver, servers } = context
  const { memberships } = resolver
  const { server, query, caller } = understand(body, servers)
  const { definition } = server
  const { through, seesGuards } = ask(caller, server)
  const rules = compileRules(definition.rules)
  const membership = await memberships.open(rules, { meter: { left: LIMITS.runSteps } })
  const contended = () => {
    const { hasCodes } = resolver.gates
    return contendAll(membership, catalog, definition, { hasCodes })
  }
  const whole = () => viewOf(server, contended())
  try {
    const { found, permitted } = await about(context, server, whole(), { query, through })
    const seen = through && (await viewThrough(resolver.tools, server, through.caller, contended))
    const view = whole()
    const what = { catalog, membership, view, seen: seen ?? view }
    const unsaved = { id: null, status: 'unsaved', serves: () => false } as const
    const shown = { ...unsaved, caller: shownCaller(through) }
    const explanation = answer(what, shown, found, permitted)
    if (!seesGuards) return explanation
    return await withGuards(context, explanation, { server, found, through })
  } finally {
    memberships.release(membership)
  }
}

/** The entry that is asked about, and what policies say of it. */
async function about(
  { catalog, policies, resolver }: ExplainContext,
  server: Subjected,
  view: View,
  { query, through }: { query: EntryQuery; through: LookThrough | undefined },
): Promise<{ found: FoundEntry; permitted: Permitted }> {
  const found = findEntry(catalog, query, view)
  const context = { ...resolver.tools, policies }
  return { found, permitted: await permitOf(context, server, found.entry, through) }
}

function answer(
  what: Omit<Subject, 'entry' | 'slot'>,
  server: ExplainedServer,
  { entry, others }: FoundEntry,
  permitted: Permitted,
): Explanation {
  const { id, type } = entry.record
  const slot = what.catalog.index(type).slotOf(id)
  if (slot === undefined) throw new FacetError('not_found', 'The entry was deleted meanwhile.')
  return explain({ entry, slot, ...what }, server, permitted, others)
}

interface Guarded {
  readonly server: Subjected
  readonly found: FoundEntry
  readonly through: LookThrough | undefined
}

/** No guard looks at a call of what is out: it is refused before. */
async function withGuards(
  { guards, resolver }: ExplainContext,
  explanation: Explanation,
  { server, found, through }: Guarded,
): Promise<Explanation> {
  if (!explanation.in) return { ...explanation, guards: [] }
  const call = { server: server.id, caller: through?.caller, entry: found.entry }
  const context = { guards, sets: resolver.guardSets }
  return { ...explanation, guards: await guardsAsked(context, call) }
}

function viewOf({ id, definition }: Subjected, contended: ReadonlyMap<EntryType, Contended>): View {
  const arranged = new Map([...contended].map(([type, of]) => [type, listFor(of, definition, {})]))
  return toView(id, definition, arranged, 0)
}

function shownCaller(through: LookThrough | undefined): Explanation['caller'] {
  if (!through) return null
  const { id, roles, groups } = through.caller
  return through.reasons === 'policies' ? { id, roles: [], groups: [] } : { id, roles, groups }
}

interface Understood {
  readonly server: Subjected
  readonly query: EntryQuery
  readonly caller: AskedCaller | undefined
}

function understand(body: unknown, servers: Servers): Understood {
  const parsed = explainBody.safeParse(body)
  if (!parsed.success) throw refused(parsed.error)
  const { rules, definition: given, caller, ...query } = parsed.data
  if ((rules === undefined) === (given === undefined)) {
    const message = 'Expected either rules or definition.'
    throw new FacetError('invalid_request', message, { errors: [{ path: 'rules', message }] })
  }
  const server = unsavedServer(given ?? { name: 'explain', rules }, servers)
  return { server, query, caller }
}

function refused(error: z.ZodError): FacetError {
  const message = 'The body of the request is not valid.'
  return new FacetError('invalid_request', message, { errors: errorItems(error) })
}
