import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'

/** What the SDK alone makes of the same list. A process of its own; takes the tools from standard input. */
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const tools = JSON.parse(Buffer.concat(chunks).toString())

const handler = createMcpHandler(
  () => {
    const server = new Server({ name: 'sdk', version: '1' }, { capabilities: { tools: {} } })
    server.setRequestHandler('tools/list', () => ({ tools, ttlMs: 0, cacheScope: 'private' }))
    return server
  },
  { legacy: 'reject' },
)
const server = createServer(getRequestListener((request) => handler.fetch(request)))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
