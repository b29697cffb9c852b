import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { onTestFinished } from 'vitest'

/** Puts an MCP server behind headers: without them nobody comes to it. Answers with its address. */
export async function behindHeaders(
  url: string,
  wanted: Readonly<Record<string, string>>,
): Promise<string> {
  const serve = async (request: Request): Promise<Response> => {
    const isLetIn = Object.entries(wanted).every(([name, is]) => request.headers.get(name) === is)
    if (!isLetIn) return Response.json({ error: 'who is there?' }, { status: 401 })
    return fetch(url, {
      method: request.method,
      headers: [...request.headers].filter(([name]) => !['host', 'content-length'].includes(name)),
      signal: request.signal,
      ...(request.method === 'POST' ? { body: await request.text() } : {}),
    })
  }
  const http = createServer(getRequestListener(serve))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
}
