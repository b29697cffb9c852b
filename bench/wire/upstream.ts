import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

/**
 * An upstream with one tool that answers at once, by hand, so that what is measured is not the
 * upstream. `--era` says which protocol it speaks; with `--stdio` it is a command, without it a
 * process that prints its port.
 */
const { values } = parseArgs({
  options: { era: { type: 'string', default: 'modern' }, stdio: { type: 'boolean' } },
})
const isModern = values.era === 'modern'

const inputSchema = {
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
}
const capabilities = { tools: {} }
const tools = [{ name: 'echo', description: 'Says the same.', inputSchema }]
const serverInfo = { name: 'bench-upstream', version: '1' }
const fresh = { ttlMs: 0, cacheScope: 'private' }

interface Message {
  readonly id?: number | string
  readonly method: string
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { text: string } }
}

function resultOf({ method, params }: Message): object | undefined {
  if (method === 'server/discover' && isModern) {
    return { supportedVersions: ['2026-07-28'], capabilities, ...fresh }
  }
  if (method === 'initialize' && !isModern) {
    return { protocolVersion: params!.protocolVersion, capabilities, serverInfo }
  }
  if (method === 'tools/list') return { tools, ...fresh }
  if (method === 'tools/call') return { content: [{ type: 'text', text: params!.arguments!.text }] }
  return undefined
}

function answer(message: Message): string {
  const result = resultOf(message)
  const reply = result
    ? { result: isModern ? { ...result, resultType: 'complete' } : result }
    : { error: { code: -32601, message: 'Method not found' } }
  return JSON.stringify({ jsonrpc: '2.0', id: message.id, ...reply })
}

if (values.stdio) {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line) as Message
    if (message.id !== undefined) process.stdout.write(`${answer(message)}\n`)
  })
} else {
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'POST') return void outgoing.writeHead(405).end()
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString()) as Message
      if (message.id === undefined) return void outgoing.writeHead(202).end()
      const bytes = Buffer.from(answer(message))
      outgoing.writeHead(200, {
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...(message.method === 'initialize' ? { 'mcp-session-id': 'one' } : {}),
      })
      outgoing.end(bytes)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
  })
}
