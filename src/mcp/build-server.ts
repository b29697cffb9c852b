import { Server, type ServerContext } from '@modelcontextprotocol/server'
import type { Caller } from '../access/caller.ts'
import type { ServerDefinition } from '../dynamic/definition.ts'
import { callTool, getPrompt, type InvokeContext, readResource } from '../dynamic/invoke.ts'
import type { View } from '../dynamic/view.ts'
import type { Logger } from '../observability/logger.ts'
import type { EntryType } from '../rules/fields.ts'
import type { RunContext } from '../sources/run.ts'
import type { JsonObject } from '../store/ports.ts'
import { VERSION } from '../version.ts'
import { pageOf } from './page.ts'
import { toProtocolError } from './protocol-error.ts'

export interface McpContext extends InvokeContext {
  readonly logger: Logger
  readonly now: () => Date
}

export interface Served {
  readonly id: string
  readonly definition: ServerDefinition
  readonly caller: Caller
  readonly era: 'modern' | 'legacy'
  /** Whether changes of lists can be announced: a single legacy request has no stream for them. */
  readonly announces: boolean
}

type Handler = (params: JsonObject, context: ServerContext) => Promise<JsonObject>

/**
 * An SDK server for one request or one session. It holds no catalog: every request resolves again.
 */
export function buildServer(context: McpContext, served: Served): Server {
  const { id, definition, caller, era, announces } = served
  const has = (...types: EntryType[]) =>
    definition.rules.some(({ type, effect }) => effect === 'include' && types.includes(type))
  const lists = announces ? { listChanged: true } : {}
  const capabilities = {
    ...(has('tool') ? { tools: lists } : {}),
    ...(has('prompt') ? { prompts: lists } : {}),
    ...(has('resource', 'resource_template') ? { resources: lists } : {}),
  }
  const { name, instructions } = definition
  const server = new Server(
    { name, version: VERSION },
    { capabilities, ...(instructions === undefined ? {} : { instructions }) },
  )
  const handle = (method: string, handler: Handler) => {
    const measured = measure(context, era, method, handler)
    server.setRequestHandler(
      method as 'tools/list',
      ((request: { params?: unknown }, ctx: ServerContext) =>
        measured((request.params ?? {}) as JsonObject, ctx)) as never,
    )
  }
  const list =
    (type: EntryType, key: string): Handler =>
    async ({ cursor }) => {
      const view = await context.resolver.resolve(id, caller)
      const { items, ...next } = pageOf(view.lists.get(type)!, cursor as string | undefined)
      return { [key]: items, ...next, ...freshness(view, era, context.now()) }
    }
  if (capabilities.tools) {
    handle('tools/list', list('tool', 'tools'))
    handle('tools/call', async ({ name, arguments: args = {} }, ctx) => {
      const run = runContext(ctx)
      const result = await callTool(context, id, caller, String(name), args as JsonObject, run)
      return era === 'legacy' ? projected(server, result) : result
    })
  }
  if (capabilities.prompts) {
    handle('prompts/list', list('prompt', 'prompts'))
    handle('prompts/get', ({ name, arguments: args = {} }, ctx) =>
      getPrompt(context, id, caller, String(name), args as Record<string, string>, runContext(ctx)),
    )
  }
  if (capabilities.resources) {
    handle('resources/list', list('resource', 'resources'))
    handle('resources/templates/list', list('resource_template', 'resourceTemplates'))
    handle('resources/read', async ({ uri }, ctx) => ({
      ...(await readResource(context, id, caller, String(uri), runContext(ctx))),
    }))
  }
  return server
}

/** How long a list may be kept: not at all while it is live, until the freeze ends otherwise. */
function freshness({ frozenUntil }: View, era: 'modern' | 'legacy', now: Date): JsonObject {
  if (era === 'legacy') return {}
  return { ttlMs: Math.max(0, frozenUntil - now.getTime()), cacheScope: 'private' }
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

function runContext({ mcpReq }: ServerContext): RunContext {
  const { progressToken, ...meta } = (mcpReq._meta ?? {}) as JsonObject & { progressToken?: string }
  return {
    signal: mcpReq.signal,
    meta,
    onProgress:
      progressToken === undefined
        ? undefined
        : (progress) => {
            const params = { ...progress, progressToken }
            // A client that went away needs no progress; its call is being cancelled already.
            mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
          },
  }
}

function measure(
  { metrics, logger }: McpContext,
  era: 'modern' | 'legacy',
  method: string,
  handler: Handler,
): Handler {
  return async (params, ctx) => {
    const stopTimer = metrics.mcpRequestDuration.startTimer({ method })
    let outcome = 'ok'
    try {
      return await handler(params, ctx)
    } catch (error) {
      outcome = ctx.mcpReq.signal.aborted ? 'cancelled' : 'error'
      const protocolError = toProtocolError(error)
      if (protocolError.message === 'Internal error') logger.error({ err: error, method }, 'mcp')
      throw protocolError
    } finally {
      metrics.mcpRequests.inc({ method, era, outcome })
      stopTimer()
    }
  }
}
