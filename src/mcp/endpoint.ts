import {
  createMcpHandler,
  InMemoryServerEventBus,
  isJsonContentType,
  isLegacyRequest,
  legacyStatelessFallback,
  type McpHttpHandler,
  readRequestBody,
  type ServerEvent,
} from '@modelcontextprotocol/server'
import type { Caller } from '../access/caller.ts'
import type { DynamicServer, Servers } from '../dynamic/servers.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { ChangedList } from '../sources/upstream/connection.ts'
import { buildServer, type McpContext } from './build-server.ts'
import { Push } from './push.ts'
import { Sessions } from './sessions.ts'

const MAX_BODY = 4 * 2 ** 20
const MAX_STREAMS = 10_000

const EVENTS: Readonly<Record<ChangedList, ServerEvent['kind']>> = {
  tools: 'tools_list_changed',
  prompts: 'prompts_list_changed',
  resources: 'resources_list_changed',
}

/** Bus of one server that tells when streams come and go, to compare lists only while one is open. */
class WatchedBus extends InMemoryServerEventBus {
  readonly #opened: () => () => void
  #leave: (() => void) | undefined

  constructor(opened: () => () => void) {
    super()
    this.#opened = opened
  }

  override subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#leave ??= this.#opened()
    const unsubscribe = super.subscribe(listener)
    return () => {
      unsubscribe()
      if (this.listenerCount > 0) return
      this.#leave?.()
      this.#leave = undefined
    }
  }
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
    const authInfo = { token: '', clientId: caller.id, scopes: [], extra: { caller } }
    return this.#handlerOf(id).fetch(request, { parsedBody: body, authInfo })
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
    const build = (announces: boolean) =>
      buildServer(this.#context, { id, definition, caller, era: 'legacy', announces })
    const sessionId = request.headers.get('mcp-session-id')
    if (sessionId !== null) {
      const response = await this.#sessions.serve(sessionId, owner, request, body)
      return response ?? rpcError(404, -32001, 'Session not found')
    }
    if (request.method !== 'POST') {
      return rpcError(405, -32000, 'Method not allowed.', { allow: 'POST' })
    }
    if (isInitialize(body)) return this.#sessions.start(() => build(true), owner, request, body)
    return legacyStatelessFallback(() => build(false))(request, { parsedBody: body })
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
      ({ authInfo }) => {
        const { definition } = this.#context.servers.get(id)
        const caller = authInfo!.extra!.caller as Caller
        return buildServer(this.#context, {
          id,
          definition,
          caller,
          era: 'modern',
          announces: true,
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

function isInitialize(body: unknown): boolean {
  const messages = Array.isArray(body) ? body : [body]
  return messages.some((message) => (message as { method?: unknown })?.method === 'initialize')
}

const MALFORMED = Symbol('malformed')

/** The body as JSON, or MALFORMED. @throws {FacetError} for what is not JSON by its type. */
async function parseBody(request: Request): Promise<unknown> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    throw new FacetError('unsupported_media_type', 'Send the message as application/json.')
  }
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    return MALFORMED
  }
}

async function readText(request: Request): Promise<string> {
  const read = await readRequestBody(request, MAX_BODY)
  if ('text' in read && typeof read.text === 'string') return read.text
  throw new FacetError('payload_too_large', `A message has at most ${MAX_BODY} bytes.`)
}

function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers })
}
