import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { federate } from '../support/federated.ts'
import { connectClient, rpc } from '../support/mcp.ts'
import { inState } from '../support/wait.ts'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('the trace of a call', () => {
  it.each(['modern', 'legacy'] as const)('goes on upstream (%s)', async (era) => {
    const { upstream, url } = await federate(era)
    let meta: unknown
    upstream.call = async (_, { mcpReq }) => {
      meta = mcpReq._meta
      return { content: [] }
    }
    const tracestate = 'vendor=1'
    const call = { name: 'remote', arguments: {} }
    await rpc(url, 'tools/call', call, { traceparent: TRACE, tracestate })
    expect(meta).toMatchObject({ traceparent: TRACE, tracestate })
    expect(upstream.headers.get('traceparent')).toBe(TRACE)
    const own = TRACE.replace('b7ad', 'beef')
    await rpc(url, 'tools/call', { ...call, _meta: { traceparent: own } }, { traceparent: TRACE })
    expect(meta).toMatchObject({ traceparent: own })
    expect(upstream.headers.get('traceparent')).toBe(own)
  })
})

describe('an upstream', () => {
  it('is not told what a client claims in reserved metadata, but what it really can', async () => {
    const { upstream, url } = await federate('modern')
    let seen: unknown
    upstream.call = async (_, { mcpReq }) => {
      seen = { ...(mcpReq.envelope as object), ...mcpReq._meta }
      return { content: [] }
    }
    const client = await connectClient(url, 'legacy')
    await client.callTool({
      name: 'remote',
      arguments: {},
      _meta: {
        'io.modelcontextprotocol/clientCapabilities': { sampling: {} },
        'io.modelcontextprotocol/clientInfo': { name: 'somebody else', version: '1' },
        'io.modelcontextprotocol/logLevel': 'debug',
        'io.modelcontextprotocol/related-task': { taskId: 'not ours' },
        'acme/own': 1,
      },
    })
    expect(seen).toMatchObject({
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'facet' },
    })
    expect(seen).toHaveProperty(['acme/own'], 1)
    expect(seen).not.toHaveProperty(['io.modelcontextprotocol/logLevel'])
    expect(seen).not.toHaveProperty(['io.modelcontextprotocol/related-task'])
  })

  it('does not say who it is in the name of the server', async () => {
    const { url } = await federate('modern')
    const { body } = await rpc(url, 'tools/call', { name: 'remote', arguments: {} })
    expect(body.result?._meta).toMatchObject({
      'io.modelcontextprotocol/serverInfo': { name: 'S' },
    })
  })
})

describe('what was read', () => {
  it('may be kept as long as the upstream says, but by the caller alone', async () => {
    const { upstream, url } = await federate('modern', (offered) => {
      offered.resources.push({ uri: 'up://doc', name: 'doc' })
    })
    const contents = [{ uri: 'up://doc', text: 'x' }]
    upstream.read = async () => ({ contents, ttlMs: 5_000, cacheScope: 'public' })
    const { body } = await rpc(url, 'resources/read', { uri: 'up://doc' })
    expect(body.result).toMatchObject({ contents, ttlMs: 5_000, cacheScope: 'private' })
  })

  it('and not found is named in the error', async () => {
    const { url } = await federate('modern')
    const { body } = await rpc(url, 'resources/read', { uri: 'up://none' })
    expect(body.error).toMatchObject({ code: -32602, data: { uri: 'up://none' } })
  })
})

describe('a tool with a view of its own', () => {
  it('leads to its resource whatever the tool is called', async () => {
    const uri = 'ui://remote/view'
    const { facet, url } = await federate('modern', (upstream) => {
      upstream.tools[0] = fakeTool('remote', { _meta: { ui: { resourceUri: uri } } })
      upstream.resources.push({ uri, name: 'view', mimeType: 'text/html;profile=mcp-app' })
    })
    await facet.ok('PATCH', '/dynamic/s', { naming: 'prefixed' })
    const client = await connectClient(url)
    const [tool] = (await client.listTools()).tools
    expect(tool).toMatchObject({ name: 'up_remote', _meta: { ui: { resourceUri: uri } } })
    const { contents } = await client.readResource({ uri })
    expect(contents[0]).toMatchObject({ uri })
  })
})

describe('the pages of a list', () => {
  it('neither skip nor repeat what did not change while others came and went', async () => {
    const upstream = await FakeUpstream.start()
    const name = (n: number) => `t${String(n).padStart(5, '0')}`
    upstream.tools = Array.from({ length: 2_500 }, (_, n) => fakeTool(name(2 * n)))
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const page = async (cursor?: string) => {
      const { body } = await rpc(`${facet.url}/mcp`, 'tools/list', cursor ? { cursor } : {})
      return body.result as { tools: { name: string }[]; nextCursor?: string }
    }
    const first = await page()
    const seen = first.tools.map((tool) => tool.name)
    const last = seen.at(-1)
    // The entry the cursor stands on goes, and others before and behind it come.
    const stays = upstream.tools.filter((tool) => tool.name !== last && tool.name !== name(2))
    upstream.tools = [...stays, ...[1, 3, 4_001].map((n) => fakeTool(name(n)))]
    await facet.ok('POST', '/sources/up/sync')
    for (let { nextCursor } = first; nextCursor; ) {
      const next = await page(nextCursor)
      seen.push(...next.tools.map((tool) => tool.name))
      nextCursor = next.nextCursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    const unchanged = stays.map((tool) => tool.name)
    expect(unchanged.filter((tool) => !seen.includes(String(tool)))).toEqual([])
    expect(seen).toContain(name(4_001))
  })
})
