import {
  ProtocolError,
  type Result,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Caller } from '../access/caller.ts'
import { complete } from '../dynamic/complete.ts'
import type { ServerDefinition } from '../dynamic/definition.ts'
import { getPrompt, readResource } from '../dynamic/invoke.ts'
import { callShownTool } from '../dynamic/search/call-tool.ts'
import type { SearchContext } from '../dynamic/search/meta-context.ts'
import type { View } from '../dynamic/view.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { RunContext } from '../sources/run.ts'
import type { JsonObject } from '../store/ports.ts'
import { VERSION } from '../version.ts'
import { takePrepared } from './fast/prepared.ts'
import { capabilitiesOf, type Features } from './features.ts'
import { handleSession } from './legacy/handle-session.ts'
import type { SessionState } from './legacy/session-state.ts'
import { listPage } from './list-page.ts'
import { type Handler, type MeasureContext, measure } from './measure.ts'
import { actingFor } from './request/acting.ts'
import type { ClientIdentity } from './request/client-port.ts'
import { argumentsOf, completionOf, cursorOf } from './request/params.ts'
import { runContext } from './request/run-context.ts'

const ANY_PARAMS = z.looseObject({})
type Handle = (params: unknown, context: ServerContext) => Promise<Result>

export interface McpContext extends SearchContext, MeasureContext {
  readonly now: () => Date
}

export interface Served {
  readonly id: string
  readonly definition: ServerDefinition
  /** Who asks; during a session, as of its latest request. */
  readonly caller: () => Caller
  readonly era: 'modern' | 'legacy'
  readonly features: Features
  /** Set for clients from before 2026-07-28 that keep a session. */
  readonly session?: SessionState
}

/**
 * An SDK server for one request or one session. It holds no catalog: every request resolves again.
 */
export function buildServer(context: McpContext, served: Served): Server {
  const { id, definition, caller, era, features, session } = served
  // A single old request has no stream on which anything could be announced.
  const announces = era === 'modern' || session !== undefined
  const capabilities = capabilitiesOf(definition, features, announces)
  const { name, instructions } = definition
  const server = new Server(
    { name, version: VERSION },
    { capabilities, ...(instructions === undefined ? {} : { instructions }) },
  )
  const handle = (method: string, handler: Handler) => {
    const measured = measure(context, era, method, handler)
    // With a schema of our own: against its own the SDK would answer -32603 to a wrong parameter.
    server.setRequestHandler(method, { params: ANY_PARAMS }, ((params, ctx) =>
      measured(params as JsonObject, ctx)) as Handle)
  }
  const actingOf = ({ mcpReq, http }: ServerContext, params: JsonObject = {}): Caller =>
    actingFor(context, {
      server: id,
      caller: caller(),
      method: mcpReq.method,
      params: { ...params, _meta: mcpReq._meta },
      id: mcpReq.id,
      session: session?.key,
      traceparent: http?.req?.headers.get('traceparent'),
    })
  const list =
    (type: EntryType, key: string): Handler =>
    async ({ cursor }, ctx) => {
      const acting = actingOf(ctx)
      const view = await context.resolver.resolve(id, acting)
      context.events.listed(acting, id, type)
      const { items, ...next } = listPage(view, type, cursorOf(cursor))
      return { [key]: items, ...next, ...freshness(view, era, context.now()) }
    }
  const run = (ctx: ServerContext): RunContext => runContext(server, ctx, identityOf(served))
  if (capabilities.tools) {
    handle('tools/list', list('tool', 'tools'))
    handle('tools/call', async (params, ctx) => {
      const args = argumentsOf(params)
      const name = String(params.name)
      const outcome = takePrepared()
      if (outcome && 'error' in outcome) throw outcome.error
      const result =
        outcome?.result ??
        (await callShownTool(context, id, actingOf(ctx, params), name, args, run(ctx)))
      return era === 'legacy' ? projected(server, result) : result
    })
  }
  if (capabilities.prompts) {
    handle('prompts/list', list('prompt', 'prompts'))
    handle('prompts/get', async (params, ctx) => {
      const args = argumentsOf(params) as Record<string, string>
      return getPrompt(context, id, actingOf(ctx, params), String(params.name), args, run(ctx))
    })
  }
  if (capabilities.resources) {
    handle('resources/list', list('resource', 'resources'))
    handle('resources/templates/list', list('resource_template', 'resourceTemplates'))
    handle('resources/read', (params, ctx) => {
      const uri = String(params.uri)
      return naming(uri, async () => {
        const result = await readResource(context, id, actingOf(ctx, params), uri, run(ctx))
        return era === 'modern' ? privately(result) : result
      })
    })
  }
  if (capabilities.completions) {
    handle('completion/complete', async (params, ctx) => {
      const { ref, ...request } = completionOf(params)
      return complete(context, id, actingOf(ctx), ref, request, run(ctx))
    })
  }
  if (session) handleSession(context, server, id, session, actingOf, handle)
  return server
}

function identityOf({ era, session, caller, id }: Served): ClientIdentity {
  if (session) return { era, key: `session ${session.key}`, session }
  return { era, key: `caller ${caller().id} of ${id}` }
}

/** Clients learn from the error itself which resource was not found. */
async function naming(uri: string, read: () => Promise<JsonObject>): Promise<JsonObject> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof FacetError && error.code === 'not_found') {
      throw new ProtocolError(-32602, error.message, { code: error.code, uri })
    }
    throw error
  }
}

/** How long a list may be kept: not at all while it is live, until the freeze ends otherwise. */
function freshness({ frozenUntil }: View, era: 'modern' | 'legacy', now: Date): JsonObject {
  if (era === 'legacy') return {}
  return { ttlMs: Math.max(0, frozenUntil - now.getTime()), cacheScope: 'private' }
}

/** What was read may be kept as long as its source says, but by this caller only. */
function privately(result: JsonObject): JsonObject {
  if (result.resultType === 'input_required') return result
  const { ttlMs } = result
  return { ...result, ttlMs: typeof ttlMs === 'number' ? ttlMs : 0, cacheScope: 'private' }
}

/** Before 2026-07-28 structured content was an object: other values are wrapped for old clients. */
function projected(server: Server, result: JsonObject): JsonObject {
  const { structuredContent } = result
  const isObject = typeof structuredContent === 'object' && structuredContent !== null
  if (structuredContent === undefined || (isObject && !Array.isArray(structuredContent))) {
    return result
  }
  return server.projectCallToolResult(result as never, undefined) as unknown as JsonObject
}
