import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  createMcpHandler,
  Server,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { onTestFinished } from 'vitest'

type Json = Record<string, unknown>

export interface SdkUpstream {
  readonly url: string
  readonly era: 'modern' | 'legacy'
  /** What the lists hold; tests change it and then announce. */
  readonly tools: Json[]
  readonly prompts: Json[]
  readonly resources: Json[]
  readonly resourceTemplates: Json[]
  /** Runs tool calls; replaceable. */
  call: (params: Json, context: ServerContext) => Promise<Json>
  /** Answers completion requests; replaceable. */
  complete: (params: Json) => string[]
  /** Reads resources; replaceable. */
  read: (params: Json, context: ServerContext) => Promise<Json>
  /** Gets prompts; replaceable. */
  get: (params: Json, context: ServerContext) => Promise<Json>
  /** Resources somebody is subscribed to now, as far as the upstream was told. */
  readonly watched: Set<string>
  /** Says that a resource changed, to whoever is subscribed. */
  update(uri: string): void
  /** The headers of the latest tool call. */
  headers: Headers
  /** Sessions that are open, for an upstream of the older era. */
  readonly sessionCount: number
  /** Has no room for further sessions. */
  refuseSessions: boolean
  /** Says something to all sessions. */
  say(method: string, params: Json): void
  /** Ends the process, so to speak: connections break and nothing is remembered. */
  forget(): void
  /** JSON-RPC methods asked, in order. */
  readonly seen: string[]
  announce(list: 'tools' | 'prompts' | 'resources'): void
}

interface Message {
  readonly method?: string
  readonly params?: { notifications?: { resourceSubscriptions?: string[] } }
}

/** A real upstream made with the official SDK, of one protocol era, over Streamable HTTP. */
export async function startSdkUpstream(era: 'modern' | 'legacy'): Promise<SdkUpstream> {
  const sessions = new Map<
    string,
    { server: Server; transport: WebStandardStreamableHTTPServerTransport }
  >()
  const watched = new Set<string>()
  const state = {
    url: '',
    watched,
    headers: new Headers(),
    get sessionCount() {
      return sessions.size
    },
    refuseSessions: false,
    say(method: string, params: Json) {
      for (const { server } of sessions.values()) {
        server.notification({ method, params }).catch(() => undefined)
      }
    },
    forget() {
      sessions.clear()
      watched.clear()
    },
    complete: (_: Json): string[] => [],
    read: async ({ uri }: Json): Promise<Json> => ({
      contents: [{ uri, text: `contents of ${uri}` }],
    }),
    get: async ({ name, arguments: args }: Json): Promise<Json> => ({
      messages: [
        { role: 'user', content: { type: 'text', text: `${name} with ${JSON.stringify(args)}` } },
      ],
    }),
    update(uri: string) {
      modern.notify.resourceUpdated(uri)
      if (!watched.has(uri)) return
      for (const { server } of sessions.values()) {
        server.sendResourceUpdated({ uri }).catch(() => undefined)
      }
    },
    era,
    tools: [] as Json[],
    prompts: [] as Json[],
    resources: [] as Json[],
    resourceTemplates: [] as Json[],
    seen: [] as string[],
    call: async ({ name, arguments: args }: Json): Promise<Json> => ({
      content: [{ type: 'text', text: `${name} got ${JSON.stringify(args)}` }],
    }),
    announce(list: 'tools' | 'prompts' | 'resources') {
      if (list === 'tools') modern.notify.toolsChanged()
      if (list === 'prompts') modern.notify.promptsChanged()
      if (list === 'resources') modern.notify.resourcesChanged()
      for (const { server } of sessions.values()) {
        void server.notification({ method: `notifications/${list}/list_changed` })
      }
    },
  }
  const build = () => buildServer(state)
  const modern = createMcpHandler(build, { legacy: 'reject' })

  async function serve(request: Request): Promise<Response> {
    if (request.method === 'POST') {
      const message = (await request.clone().json()) as Message
      state.seen.push(message.method ?? 'response')
      if (message.method === 'tools/call') state.headers = request.headers
      if (message.method === 'subscriptions/listen') return listen(request, message)
      if (era === 'legacy' && message.method === 'initialize') {
        return state.refuseSessions ? new Response(null, { status: 503 }) : start(request)
      }
      if (era === 'legacy' && message.method === 'server/discover') {
        return Response.json({ error: 'unknown' }, { status: 400 })
      }
    }
    if (era === 'modern') return modern.fetch(request)
    const session = sessions.get(request.headers.get('mcp-session-id') ?? '')
    return session?.transport.handleRequest(request) ?? new Response(null, { status: 404 })
  }

  /** Streams that watch resources are noted as long as they are open. */
  async function listen(request: Request, message: Message): Promise<Response> {
    const uris = message.params?.notifications?.resourceSubscriptions ?? []
    for (const uri of uris) watched.add(uri)
    request.signal.addEventListener('abort', () => {
      for (const uri of uris) watched.delete(uri)
    })
    return modern.fetch(request)
  }

  async function start(request: Request): Promise<Response> {
    const server = build()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { server, transport }),
      onsessionclosed: (id) => void sessions.delete(id),
    })
    await server.connect(transport)
    return transport.handleRequest(request)
  }

  const http = createServer(getRequestListener(serve))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await modern.close()
    http.closeAllConnections()
    http.close()
  })
  state.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
  return state
}

function buildServer(state: Omit<SdkUpstream, 'url'>): Server {
  const lists = { listChanged: true }
  const server = new Server(
    { name: 'sdk-upstream', version: '1.0.0' },
    {
      capabilities: {
        tools: lists,
        prompts: lists,
        resources: { ...lists, subscribe: true },
        logging: {},
        completions: {},
      },
    },
  )
  const answer = (method: string, handler: (params: Json, context: ServerContext) => unknown) =>
    server.setRequestHandler(
      method as 'tools/list',
      (async ({ params = {} }: { params?: Json }, context: ServerContext) =>
        handler(params, context)) as never,
    )
  answer('tools/list', () => ({ tools: state.tools }))
  answer('prompts/list', () => ({ prompts: state.prompts }))
  answer('resources/list', () => ({ resources: state.resources }))
  answer('resources/templates/list', () => ({ resourceTemplates: state.resourceTemplates }))
  answer('tools/call', (params, context) => state.call(params, context))
  answer('prompts/get', (params, context) => state.get(params, context))
  answer('resources/read', (params, context) => state.read(params, context))
  answer('completion/complete', (params) => ({
    completion: { values: state.complete(params), hasMore: false },
  }))
  if (state.era === 'modern') return server
  answer('resources/subscribe', ({ uri }) => {
    state.watched.add(String(uri))
    return {}
  })
  answer('resources/unsubscribe', ({ uri }) => {
    state.watched.delete(String(uri))
    return {}
  })
  return server
}
