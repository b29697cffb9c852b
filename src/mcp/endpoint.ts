import type { IncomingMessage } from 'node:http'
import {
  createMcpHandler,
  isLegacyRequest,
  legacyStatelessFallback,
  type McpHttpHandler,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { Caller } from '../access/caller.ts'
import { unknownServer } from '../access/gate.ts'
import type { RequestLimits } from '../access/guards/request-limits.ts'
import type { Standing } from '../access/standing.ts'
import { isJsonObject } from '../catalog/json.ts'
import { findNamed } from '../dynamic/find.ts'
import type { Narrowing } from '../dynamic/narrow/narrowing.ts'
import { Narrowings } from '../dynamic/narrow/narrowings.ts'
import type { Resolver } from '../dynamic/resolve.ts'
import type { DynamicServer, Servers } from '../dynamic/servers.ts'
import type { ChangedList } from '../sources/upstream/connection.ts'
import { NO_FEATURES } from '../sources/upstream/features.ts'
import type { JsonObject } from '../store/ports.ts'
import { buildServer, type McpContext } from './build-server.ts'
import { ListStreams } from './fast/list-streams.ts'
import { type Features, featuresOf } from './features.ts'
import type { SessionState } from './legacy/session-state.ts'
import { type OpenSession, type SessionOwner, Sessions } from './legacy/sessions.ts'
import { isListen, startWatch, watchedUris, withUris } from './listen.ts'
import { OpenStreams } from './open-streams.ts'
import { Push } from './push.ts'
import { actingFor } from './request/acting.ts'
import { idOf, isInitialize, MALFORMED, parseBody, rpcError } from './request/body.ts'
import { paramHeaderProblem } from './request/check-param-headers.ts'
import { openingStream, WatchedBus } from './watched-bus.ts'

const HEADER_MISMATCH = -32020
const INTERNAL = -32603
const MAX_STREAMS = 10_000

/** How often credentials that end by themselves are looked at, in ms. */
const RECHECK_MS = 500

/** Handlers, of servers and of narrowings, beyond which those without an open stream are given up. */
const MAX_HANDLERS = 500

interface EndpointContext extends McpContext {
  readonly servers: Servers
  readonly resolver: Resolver
  readonly requestLimits: RequestLimits
  /** What has become of the callers of sessions and streams. */
  readonly standing: Standing
  /** Streams one server may have, when not as many as usual. */
  readonly maxStreams?: number | undefined
}

/** What a request is about: a server, who asks, and what of it they want to see. */
interface Asked {
  readonly id: string
  readonly caller: Caller
  readonly narrowing: Narrowing | undefined
}

interface ModernHandler {
  readonly server: string
  readonly handler: McpHttpHandler
  readonly bus: WatchedBus
}

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
  /** Streams that need no SDK; whoever opens one here has checked what is asked, and by whom. */
  readonly listStreams: ListStreams
  readonly #context: EndpointContext
  readonly #narrowings: Narrowings
  readonly #push: Push
  readonly #sessions: Sessions
  readonly #modern = new Map<string, ModernHandler>()
  readonly #streams = new OpenStreams()
  readonly #maxStreams: number
  readonly #rechecks: NodeJS.Timeout

  constructor(context: EndpointContext) {
    this.#context = context
    this.#narrowings = new Narrowings(context.resolver)
    this.#maxStreams = context.maxStreams ?? MAX_STREAMS
    this.#push = new Push(context)
    this.listStreams = new ListStreams((audience) => this.#push.add(audience))
    this.#sessions = new Sessions(this.#push)
    context.servers.subscribe((id) => this.#serverChanged(id))
    this.#rechecks = setInterval(() => this.recheck(), RECHECK_MS).unref()
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  /** The session, if the caller has it with the server; its client is then not idle. */
  session(id: string, owner: SessionOwner): OpenSession | undefined {
    return this.#sessions.open(id, owner)
  }

  /** Whether a server has as many streams as it may have. */
  isFull(id: string): boolean {
    let count = this.listStreams.countOf(id)
    for (const { server, bus } of this.#modern.values()) {
      if (server === id) count += bus.listenerCount
    }
    return count >= this.#maxStreams
  }

  /**
   * Serves one HTTP request to the endpoint of a server.
   *
   * @param incoming the request as node got it, where there is one
   * @throws {FacetError} `not_found` for a server that does not exist or is a draft,
   *   `rate_limited`, `invalid_filter`, `unsupported_media_type`, `payload_too_large`.
   */
  async handle(
    request: Request,
    id: string,
    caller: Caller,
    incoming: object = request,
  ): Promise<Response> {
    const server = this.#context.servers.find(id)
    if (server?.definition.status !== 'active') {
      throw unknownServer(id)
    }
    this.#context.requestLimits.admit(id, caller, incoming)
    const asked = { id, caller, narrowing: this.#narrowings.of(request.url, caller) }
    const body = request.method === 'POST' ? await parseBody(request) : undefined
    if (body === MALFORMED) return rpcError(400, -32700, 'Parse error: the body is not JSON')
    if (request.method !== 'POST' || (await isLegacyRequest(request, body))) {
      return this.#legacy(request, server, asked, body)
    }
    const acting = this.#acting(request, asked, body, incoming)
    return this.#modernRequest(request, { ...asked, caller: acting }, body)
  }

  /** The caller, as the agent that the metadata of a request names. @throws {FacetError} */
  #acting({ headers }: Request, { id, caller }: Asked, body: unknown, incoming: object): Caller {
    const { method, params } = isJsonObject(body) ? body : {}
    const { socket } = incoming as Partial<IncomingMessage>
    return actingFor(this.#context, {
      server: id,
      caller,
      method,
      params,
      id: idOf(body),
      traceparent: headers.get('traceparent'),
      address: socket?.remoteAddress,
    })
  }

  async #modernRequest(request: Request, asked: Asked, body: unknown): Promise<Response> {
    const { id, caller } = asked
    const problem = await this.#paramHeaderProblem(request, asked, body)
    if (problem) {
      return rpcError(400, HEADER_MISMATCH, `Header mismatch: ${problem}`, {}, idOf(body))
    }
    if (isListen(body) && this.isFull(id)) {
      return rpcError(200, INTERNAL, 'Subscription limit reached', {}, idOf(body))
    }
    const authInfo = { token: '', clientId: caller.id, scopes: [], extra: { caller } }
    const fetch = (parsedBody: unknown) =>
      this.#handlerOf(asked).fetch(request, { parsedBody, authInfo })
    const uris = watchedUris(body)
    if (!uris) {
      if (!isListen(body)) return fetch(body)
      const response = await openingStream.run({ caller }, () => fetch(body))
      return this.#streams.keep(id, caller, response)
    }
    const watch = await startWatch(this.#contextOf(asked), id, caller, uris)
    const honoured = withUris(body as JsonObject, watch.uris)
    const response = await openingStream.run({ caller, watch }, () => fetch(honoured))
    if (!watch.isOpen) watch.close()
    return this.#streams.keep(id, caller, response)
  }

  /** Ends sessions and streams of callers who may not use their server any more. */
  recheck(): void {
    const { standing } = this.#context
    this.#sessions.recheck(standing)
    this.#streams.recheck(standing)
    this.listStreams.recheck(standing)
  }

  async stop(): Promise<void> {
    clearInterval(this.#rechecks)
    this.#push.stop()
    this.listStreams.stop()
    await this.#sessions.stop()
    await Promise.all([...this.#modern.values()].map(({ handler }) => handler.close()))
  }

  async #legacy(
    request: Request,
    server: DynamicServer,
    asked: Asked,
    body: unknown,
  ): Promise<Response> {
    const { id, definition } = server
    const { caller, narrowing } = asked
    const owner = { serverId: id, caller, narrowing }
    const build = async () => {
      const features = await this.#features(asked)
      return (session?: SessionState) =>
        buildServer(this.#contextOf(asked), {
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
  async #features(asked: Asked): Promise<Features> {
    const { resolver, runner } = this.#contextOf(asked)
    try {
      return featuresOf(runner, await resolver.resolve(asked.id, asked.caller))
    } catch {
      return NO_FEATURES
    }
  }

  /** What is wrong with the headers that repeat arguments of a call to a tool the caller sees. */
  async #paramHeaderProblem(
    { headers }: Request,
    asked: Asked,
    body: unknown,
  ): Promise<string | undefined> {
    if (!isJsonObject(body) || body.method !== 'tools/call') return undefined
    const { name, arguments: args } = isJsonObject(body.params) ? body.params : {}
    if (typeof name !== 'string') return undefined
    // A server that cannot be evaluated says so when the call is dispatched.
    const { resolver } = this.#contextOf(asked)
    const view = await resolver.resolve(asked.id, asked.caller).catch(() => undefined)
    const schema = view && findNamed(view, 'tool', name)?.entry.document.inputSchema
    return schema && paramHeaderProblem(schema, args, headers)
  }

  #contextOf({ narrowing }: Asked): McpContext {
    return narrowing ? { ...this.#context, resolver: narrowing } : this.#context
  }

  /** One handler a server and narrowing: its streams must hear of the changes of no other. */
  #handlerOf({ id, narrowing }: Asked): McpHttpHandler {
    const key = `${id} ${narrowing?.key ?? ''}`
    const known = this.#modern.get(key)
    if (known) return known.handler
    this.#forgetIdle()
    const bus: WatchedBus = new WatchedBus((caller, listener) =>
      this.#push.add({
        server: id,
        caller: () => caller,
        narrowing,
        announce: (list) => listener({ kind: EVENTS[list] } as ServerEvent),
      }),
    )
    const handler = createMcpHandler(
      async ({ authInfo }) => {
        const { definition } = this.#context.servers.get(id)
        const caller = authInfo!.extra!.caller as Caller
        const asked = { id, caller, narrowing }
        const features = await this.#features(asked)
        return buildServer(this.#contextOf(asked), {
          id,
          definition,
          caller: () => caller,
          era: 'modern',
          features,
        })
      },
      { legacy: 'reject', bus, maxSubscriptions: this.#maxStreams },
    )
    this.#modern.set(key, { server: id, handler, bus })
    return handler
  }

  /** Whoever asks with ever new filters must not fill the memory. */
  #forgetIdle(): void {
    if (this.#modern.size < MAX_HANDLERS) return
    for (const [key, { bus }] of this.#modern) {
      if (bus.listenerCount === 0) this.#modern.delete(key)
      if (this.#modern.size < MAX_HANDLERS) return
    }
  }

  /** A server that is gone, or a draft again, has no streams and no sessions. */
  #serverChanged(id: string): void {
    const server = this.#context.servers.find(id)
    if (server?.definition.status === 'active') {
      this.recheck()
      return
    }
    this.#sessions.endOf(id)
    this.listStreams.endOf(id)
    for (const [key, modern] of this.#modern) {
      if (modern.server !== id) continue
      this.#modern.delete(key)
      modern.handler.close().catch(() => undefined)
    }
  }
}
