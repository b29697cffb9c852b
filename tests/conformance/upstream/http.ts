import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  createMcpHandler,
  isLegacyRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { buildConformanceServer, type Changes } from './build.ts'

interface Session {
  readonly server: Server
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/** Serves the conformance upstream over Streamable HTTP to clients of both eras, or of one. */
export async function serveHttp(eras: 'both' | 'modern' | 'legacy') {
  const sessions = new Map<string, Session>()
  const changes: Changes = {
    tools: new Set(),
    prompts: new Set(),
    announce(list) {
      if (list === 'tools') modern.notify.toolsChanged()
      else modern.notify.promptsChanged()
      for (const { server } of sessions.values()) {
        server.notification({ method: `notifications/${list}/list_changed` }).catch(() => undefined)
      }
    },
  }
  const modern = createMcpHandler(() => buildConformanceServer(changes), { legacy: 'reject' })

  async function legacy(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id !== null) {
      const session = sessions.get(id)
      return session?.transport.handleRequest(request) ?? new Response(null, { status: 404 })
    }
    const server = buildConformanceServer(changes)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (sessionId) => void sessions.set(sessionId, { server, transport }),
      onsessionclosed: (sessionId) => void sessions.delete(sessionId),
    })
    await server.connect(transport)
    return transport.handleRequest(request)
  }

  async function serve(request: Request): Promise<Response> {
    const isOld = await isLegacyRequest(request)
    if (isOld) return eras === 'modern' ? modern.fetch(request) : legacy(request)
    // A server from before 2026-07-28 knows nothing of requests without a session.
    return eras === 'legacy' ? new Response(null, { status: 400 }) : modern.fetch(request)
  }

  const http = createServer(getRequestListener(serve))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    async close() {
      await modern.close()
      http.closeAllConnections()
      http.close()
    },
  }
}
