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
  /** JSON-RPC methods asked, in order. */
  readonly seen: string[]
  announce(list: 'tools' | 'prompts' | 'resources'): void
}

/** A real upstream made with the official SDK, of one protocol era, over Streamable HTTP. */
export async function startSdkUpstream(era: 'modern' | 'legacy'): Promise<SdkUpstream> {
  const sessions = new Map<
    string,
    { server: Server; transport: WebStandardStreamableHTTPServerTransport }
  >()
  const state = {
    url: '',
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
      const message = (await request.clone().json()) as { method?: string }
      state.seen.push(message.method ?? 'response')
      if (era === 'legacy' && message.method === 'initialize') return start(request)
      if (era === 'legacy' && message.method === 'server/discover') {
        return Response.json({ error: 'unknown' }, { status: 400 })
      }
    }
    if (era === 'modern') return modern.fetch(request)
    const session = sessions.get(request.headers.get('mcp-session-id') ?? '')
    return session?.transport.handleRequest(request) ?? new Response(null, { status: 404 })
  }

  async function start(request: Request): Promise<Response> {
    const server = build()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { server, transport }),
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
    { capabilities: { tools: lists, prompts: lists, resources: lists } },
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
  answer('prompts/get', ({ name, arguments: args }) => ({
    messages: [
      { role: 'user', content: { type: 'text', text: `${name} with ${JSON.stringify(args)}` } },
    ],
  }))
  answer('resources/read', ({ uri }) => ({ contents: [{ uri, text: `contents of ${uri}` }] }))
  return server
}
