import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { connectClient, textOf } from '../support/mcp.ts'
import { facetWithOAuth, PROGRAM, programSource } from '../support/oauth-facet.ts'
import { startOAuthUpstream } from '../support/oauth-upstream.ts'
import { inState } from '../support/wait.ts'

/** An upstream of the transport before Streamable HTTP: events on GET, messages on another POST. */
async function startOldUpstream(): Promise<string> {
  let stream: ServerResponse | undefined
  const answers: Record<string, object> = {
    initialize: {
      protocolVersion: '2024-11-05',
      capabilities: { tools: {} },
      serverInfo: { name: 'old', version: '1' },
    },
    'tools/list': { tools: [fakeTool('ancient')] },
    'tools/call': { content: [{ type: 'text', text: 'still works' }] },
  }
  const http = createServer(async (request, response) => {
    if (request.method === 'GET') {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return void response.write('event: endpoint\ndata: /messages\n\n')
    }
    if (request.url !== '/messages') return void response.writeHead(405).end()
    let text = ''
    for await (const chunk of request) text += chunk
    response.writeHead(202).end()
    const { id, method } = JSON.parse(text)
    if (id === undefined) return
    const message = { jsonrpc: '2.0', id, result: answers[method] ?? {} }
    stream?.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/sse`
}

describe('an upstream of the older HTTP+SSE transport', () => {
  it('is reached when it refuses Streamable HTTP', async () => {
    const url = await startOldUpstream()
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'old', transport: { type: 'http', url } })
    await inState(facet, 'old', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    expect(textOf(await client.callTool({ name: 'ancient', arguments: {} }))).toBe('still works')
  })

  it('is signed in at like any other', async () => {
    const behind = new URL(await startOldUpstream()).origin
    const upstream = await startOAuthUpstream({ clients: [PROGRAM], behind })
    const { facet, pass } = await facetWithOAuth({}, [upstream])
    await facet.ok('POST', '/sources', programSource(upstream))
    await inState(facet, 'up', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    const call = async () => textOf(await client.callTool({ name: 'ancient', arguments: {} }))
    expect(await call()).toBe('still works')
    await upstream.revoke(upstream.tokens.at(-1)!)
    expect(await call()).toBe('still works')
    pass(601)
    expect(await call()).toBe('still works')
    expect(upstream.forms).toHaveLength(3)
  })
})
