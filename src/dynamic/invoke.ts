import type { Caller } from '../access/caller.ts'
import { AGENT_KEY, claimIn, type Delegation } from '../access/delegation.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import { isJsonObject } from '../catalog/json.ts'
import { compileSchema, SchemaError } from '../catalog/json-schema.ts'
import { FacetError, messageOf } from '../errors/facet-error.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RunContext, Runner } from '../sources/run.ts'
import type { JsonObject } from '../store/ports.ts'
import { findNamed, findResource } from './find.ts'
import { type GuardedContext, requirePass } from './guards/pass.ts'
import { type OwnCall, ownCall } from './overrides/call.ts'
import { ERROR_META_KEY, recorded, type Use, type UseContext } from './use.ts'
import type { Views } from './views.ts'

export interface InvokeContext extends UseContext, GuardedContext {
  readonly catalog: Catalog
  readonly resolver: Views
  readonly runner: Runner
  readonly metrics: Metrics
  readonly delegation: Delegation
}

/**
 * Calls a tool of a server, if the caller's view shows it now.
 *
 * What goes wrong while it runs, wrong arguments among it, is a result with `isError`: a model can
 * read it and do better. What the upstream answers is passed on unchanged.
 *
 * @throws {FacetError} `not_found` for a tool the view does not show, whatever the reason;
 *   {@link ProtocolError} as the upstream threw it.
 */
export function callTool(
  context: InvokeContext,
  server: string,
  caller: Caller,
  name: string,
  args: JsonObject,
  run: RunContext,
): Promise<JsonObject> {
  return recorded(context, { type: 'tool', server, caller, name, args, run }, (use) =>
    runTool(context, use),
  ).catch((error) => {
    // A model can read that it may not act as somebody, and stop naming them.
    if (error instanceof FacetError && error.code !== 'not_found') {
      return failure(error.code, error.message)
    }
    throw error
  })
}

async function runTool(context: InvokeContext, use: Use): Promise<JsonObject> {
  const { server, caller, name, run } = use.wanted
  const found = findNamed(await context.resolver.resolve(server, caller), 'tool', name)
  if (!found) throw new FacetError('not_found', `Unknown tool: ${name}`)
  const { args, acting } = asAgent(context, use, declares(found.entry))
  const listed =
    acting === caller
      ? found
      : findNamed(await context.resolver.resolve(server, acting), 'tool', name)
  if (!listed) throw new FacetError('not_found', `Unknown tool: ${name}`)
  use.found(listed)
  const { metrics, runner } = context
  const source = listed.entry.record.source
  const count = (outcome: string) =>
    metrics.toolCalls.inc({ server: metrics.serverLabel(server), source, outcome })
  const call = ownCall(listed.entry, args)
  const problems = checkArguments(call)
  if (problems.length > 0) {
    count('invalid')
    return failure(
      'invalid_request',
      `Invalid arguments for tool '${name}': ${problems.join('; ')}`,
    )
  }
  const { entry } = call
  const asked = context.callGuards.refusalOf({
    server,
    caller: acting,
    entry,
    args: call.args,
    session: run.session,
  })
  const refusal = asked && (await asked)
  if (refusal) {
    use.refusal = refusal
    count(refusal.code)
    return failure(refusal.code, refusal.reason, refusal.details)
  }
  const stopTimer = metrics.toolCallDuration.startTimer({ source })
  try {
    const result = await runner.callTool(entry, call.args, scoped(run, server, caller))
    count(outcomeOf(result))
    return result
  } catch (error) {
    if (error instanceof FacetError) {
      count(error.code)
      return failure(error.code, error.message)
    }
    count(run.signal.aborted ? 'cancelled' : 'protocol_error')
    throw error
  } finally {
    stopTimer()
  }
}

/**
 * Whoever asks, as the agent that the arguments name, and the arguments without it. One that the
 * tool or prompt declares as its own is no wish of ours.
 *
 * @throws {FacetError} `forbidden`, `invalid_request`
 */
function asAgent(
  { delegation }: InvokeContext,
  use: Use,
  isDeclared: boolean,
): { args: JsonObject; acting: Caller } {
  const { caller, args: given } = use.wanted
  if (isDeclared) return { args: given, acting: caller }
  const { claim, args } = claimIn(given)
  use.acting = delegation.actAs(caller, claim)
  return { args, acting: use.acting }
}

function declares({ document }: Entry): boolean {
  const { inputSchema, arguments: declared = [] } = document
  const properties = inputSchema?.properties
  return (
    (isJsonObject(properties) && Object.hasOwn(properties, AGENT_KEY)) ||
    declared.some(({ name }) => name === AGENT_KEY)
  )
}

function outcomeOf({ isError, resultType }: JsonObject): string {
  if (resultType === 'input_required') return 'input_required'
  return isError === true ? 'tool_error' : 'ok'
}

/** A failure as a result that a model can read. */
export function failure(code: string, text: string, details: JsonObject = {}): JsonObject {
  return {
    content: [{ type: 'text', text }],
    isError: true,
    _meta: { [ERROR_META_KEY]: { ...details, code } },
  }
}

/** What does not fit the schema. A schema that cannot be compiled is left to the upstream. */
function checkArguments({ entry, args, refused }: OwnCall): string[] {
  // Worded as for an argument that there is not: what is hidden is none of the caller's business.
  if (refused.length > 0) {
    return refused.map((name) => `arguments must NOT have additional properties: ${name}`)
  }
  try {
    return compileSchema(entry.document.inputSchema ?? { type: 'object' })(args)
  } catch (error) {
    if (error instanceof SchemaError) return []
    throw error
  }
}

/**
 * Gets a prompt of a server, if the caller's view shows it now.
 *
 * @throws {FacetError} `not_found`, `invalid_request` naming missing arguments, what a guard has
 *   against it, or what the source threw.
 */
export function getPrompt(
  context: InvokeContext,
  server: string,
  caller: Caller,
  name: string,
  args: Readonly<Record<string, string>>,
  run: RunContext,
): Promise<JsonObject> {
  return recorded(context, { type: 'prompt', server, caller, name, args, run }, (use) =>
    runPrompt(context, use),
  )
}

async function runPrompt(context: InvokeContext, use: Use): Promise<JsonObject> {
  const { server, caller, name, run } = use.wanted
  const { resolver } = context
  const found = findNamed(await resolver.resolve(server, caller), 'prompt', name)
  if (!found) throw new FacetError('not_found', `Unknown prompt: ${name}`)
  const { acting, ...rest } = asAgent(context, use, declares(found.entry))
  const args = rest.args as Readonly<Record<string, string>>
  const listed =
    acting === caller ? found : findNamed(await resolver.resolve(server, acting), 'prompt', name)
  if (!listed) throw new FacetError('not_found', `Unknown prompt: ${name}`)
  use.found(listed)
  const declared = listed.entry.document.arguments ?? []
  const missing = declared.filter(
    ({ name: argument, required }) => required === true && !Object.hasOwn(args, String(argument)),
  )
  if (missing.length > 0) {
    const names = missing.map((argument) => argument.name).join(', ')
    throw new FacetError('invalid_request', `Missing required arguments: ${names}`)
  }
  const { entry } = listed
  await requirePass(context, { server, caller: acting, entry, args, session: run.session }, use)
  return context.runner.getPrompt(entry, args, scoped(run, server, caller))
}

/**
 * Reads a resource of a server: one the caller's view lists, or one a listed template stands for.
 *
 * @throws {FacetError} `not_found`, what a guard has against it, or what the source threw.
 */
export function readResource(
  context: InvokeContext,
  server: string,
  caller: Caller,
  uri: string,
  run: RunContext,
): Promise<JsonObject> {
  const wanted = { type: 'resource', server, caller, name: uri, args: {}, run } as const
  return recorded(context, wanted, (use) => runResource(context, use))
}

async function runResource(context: InvokeContext, use: Use): Promise<JsonObject> {
  const { server, caller, name: uri, run } = use.wanted
  const view = await context.resolver.resolve(server, caller)
  const listed = findResource(context.catalog, view, uri)
  if (!listed) throw new FacetError('not_found', `Unknown resource: ${uri}`)
  use.found(listed)
  const { entry } = listed
  await requirePass(context, { server, caller, entry, args: { uri }, session: run.session }, use)
  return context.runner.readResource(entry, uri, scoped(run, server, caller))
}

/** What an upstream has a client bring back is worth something to this caller here, nowhere else. */
function scoped(run: RunContext, server: string, caller: Caller): RunContext {
  return { ...run, scope: { server, caller: caller.id } }
}

/** The message of a failure that a client may see. */
export function publicMessage(error: unknown): string {
  return error instanceof FacetError ? error.message : messageOf(error)
}
