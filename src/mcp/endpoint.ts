import {
  createMcpHandler,
  isLegacyRequest,
  legacyStatelessFallback,
  type McpHttpHandler,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { Caller } from '../access/caller.ts'
import { isJsonObject } from '../catalog/json.ts'
import { findNamed } from '../dynamic/find.ts'
import type { DynamicServer, Servers } from '../dynamic/servers.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { ChangedList } from '../sources/upstream/connection.ts'
import { NO_FEATURES, type UpstreamFeatures } from '../sources/upstream/features.ts'
import type { JsonObject } from '../store/ports.ts'
import { buildServer, type McpContext } from './build-server.ts'
import { featuresOf } from './features.ts'
import type { SessionState } from './legacy/session-state.ts'
import { Sessions } from './legacy/sessions.ts'
import { startWatch, watchedUris, withUris } from './listen.ts'
import { Push } from './push.ts'
import { idOf, isInitialize, MALFORMED, parseBody, rpcError } from './request/body.ts'
import { paramHeaderProblem } from './request/check-param-headers.ts'
import { openingWatch, WatchedBus } from './watched-bus.ts'

const HEADER_MISMATCH = -32020
const MAX_STREAMS = 10_000

const EVENTS: Readonly<Record<ChangedList, ServerEvent['kind']>> = {
  tools: 'tools_list_changed',
  prompts: 'prompts_list_changed',
  resources: 'resources_list_changed',
}

/**
 * The MCP endpoint of every dynamic server, for both protocol eras: 2026-07-28 by the SDK's
 * per-request handler, older revisions by sessions, and older clients without a session one request
 * at a time.
 */
export class McpEndpoint {
  readonly #context: McpContext & { readonly servers: Servers }
  readonly #push: Push
  readonly #sessions: Sessions
  readonly #modern = new Map<string, McpHttpHandler>()

  constructor(context: McpContext & { readonly servers: Servers }) {
    this.#context = context
    this.#push = new Push(context)
    this.#sessions = new Sessions(this.#push)
    context.servers.subscribe((id) => this.#serverChanged(id))
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  /**
   * Serves one HTTP request to the endpoint of a server.
   *
   * @throws {FacetError} `not_found` for a server that does not exist or is a draft,
   *   `unsupported_media_type`, `payload_too_large`.
   */
  async handle(request: Request, id: string, caller: Caller): Promise<Response> {
    const server = this.#context.servers.find(id)
    if (server?.definition.status !== 'active') {
      throw new FacetError('not_found', `There is no active server ${JSON.stringify(id)}.`)
    }
    const body = request.method === 'POST' ? await parseBody(request) : undefined
    if (body === MALFORMED) return rpcError(400, -32700, 'Parse error: the body is not JSON')
    if (request.method !== 'POST' || (await isLegacyRequest(request, body))) {
      return this.#legacy(request, server, caller, body)
    }
    const problem = await this.#paramHeaderProblem(request, id, caller, body)
    if (problem) {
      return rpcError(400, HEADER_MISMATCH, `Header mismatch: ${problem}`, {}, idOf(body))
    }
    const authInfo = { token: '', clientId: caller.id, scopes: [], extra: { caller } }
    const fetch = (parsedBody: unknown) =>
      this.#handlerOf(id).fetch(request, { parsedBody, authInfo })
    const uris = watchedUris(body)
    if (!uris) return fetch(body)
    const watch = await startWatch(this.#context, id, caller, uris)
    const honoured = withUris(body as JsonObject, watch.uris)
    const response = await openingWatch.run(watch, () => fetch(honoured))
    if (!watch.isOpen) watch.close()
    return response
  }

  async stop(): Promise<void> {
    this.#push.stop()
    await this.#sessions.stop()
    await Promise.all([...this.#modern.values()].map((handler) => handler.close()))
  }

  async #legacy(
    request: Request,
    server: DynamicServer,
    caller: Caller,
    body: unknown,
  ): Promise<Response> {
    const { id, definition } = server
    const owner = { serverId: id, caller }
    const build = async () => {
      const features = await this.#features(id, caller)
      return (session?: SessionState) =>
        buildServer(this.#context, {
          id,
          definition,
          caller: () => session?.caller ?? caller,
          era: 'legacy',
          features,
          ...(session ? { session } : {}),
        })
    }
    const sessionId = request.headers.get('mcp-session-id')
    if (sessionId !== null) {
      const response = await this.#sessions.serve(sessionId, owner, request, body)
      return response ?? rpcError(404, -32001, 'Session not found')
    }
    if (request.method !== 'POST') {
      return rpcError(405, -32000, 'Method not allowed.', { allow: 'POST' })
    }
    const buildWith = await build()
    if (isInitialize(body)) return this.#sessions.start(buildWith, owner, request, body)
    return legacyStatelessFallback(() => buildWith())(request, { parsedBody: body })
  }

  /** What the server's members offer; nothing while it cannot be evaluated. */
  async #features(id: string, caller: Caller): Promise<UpstreamFeatures> {
    const { resolver, runner } = this.#context
    try {
      return featuresOf(runner, await resolver.resolve(id, caller))
    } catch {
      return NO_FEATURES
    }
  }

  /** What is wrong with the headers that repeat arguments of a call to a tool the caller sees. */
  async #paramHeaderProblem(
    { headers }: Request,
    id: string,
    caller: Caller,
    body: unknown,
  ): Promise<string | undefined> {
    if (!isJsonObject(body) || body.method !== 'tools/call') return undefined
    const { name, arguments: args } = isJsonObject(body.params) ? body.params : {}
    if (typeof name !== 'string') return undefined
    // A server that cannot be evaluated says so when the call is dispatched.
    const view = await this.#context.resolver.resolve(id, caller).catch(() => undefined)
    const schema = view && findNamed(view, 'tool', name)?.entry.document.inputSchema
    return schema && paramHeaderProblem(schema, args, headers)
  }

  /** One handler a server: its streams must hear of the changes of no other. */
  #handlerOf(id: string): McpHttpHandler {
    let handler = this.#modern.get(id)
    if (handler) return handler
    const bus: WatchedBus = new WatchedBus(() =>
      this.#push.add({
        server: id,
        announce: (list) => bus.publish({ kind: EVENTS[list] } as ServerEvent),
      }),
    )
    handler = createMcpHandler(
      async ({ authInfo }) => {
        const { definition } = this.#context.servers.get(id)
        const caller = authInfo!.extra!.caller as Caller
        const features = await this.#features(id, caller)
        return buildServer(this.#context, {
          id,
          definition,
          caller: () => caller,
          era: 'modern',
          features,
        })
      },
      { legacy: 'reject', bus, maxSubscriptions: MAX_STREAMS },
    )
    this.#modern.set(id, handler)
    return handler
  }

  /** A server that is gone, or a draft again, has no streams and no sessions. */
  #serverChanged(id: string): void {
    const server = this.#context.servers.find(id)
    if (server?.definition.status === 'active') return
    this.#sessions.endOf(id)
    const handler = this.#modern.get(id)
    this.#modern.delete(id)
    handler?.close().catch(() => undefined)
  }
}
