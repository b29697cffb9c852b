import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { prompt, resource, server, template, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool, TAKEN } from '../support/fake-upstream.ts'
import { connectClient, rpc, textOf } from '../support/mcp.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState, until } from '../support/wait.ts'

const ALL_TOOLS = { type: 'tool', filter: 'true', include_federated: true }

async function federated(era: 'modern' | 'legacy' = 'modern') {
  const upstream = await startSdkUpstream(era)
  upstream.tools.push(fakeTool('remote'))
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
  await inState(facet, 'up', 'up')
  await facet.ok('POST', '/dynamic', server('s', ALL_TOOLS))
  return { facet, upstream, url: `${facet.url}/dynamic/s/mcp` }
}

describe('a call', () => {
  it('is refused once the tool is no longer in the view, though it was listed before', async () => {
    const facet = await startFacet({ listen: true })
    const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('t', { tags: ['x'] }))
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'x' in tags" }))
    const client = await connectClient(`${facet.url}/dynamic/s/mcp`)
    expect((await client.listTools()).tools).toHaveLength(1)
    await facet.ok('PATCH', `/tools/${id}`, { tags: [] })
    const hidden = client.callTool({ name: 't', arguments: {} })
    await expect(hidden).rejects.toMatchObject({ code: -32602, message: 'Unknown tool: t' })
    const unknown = client.callTool({ name: 'never', arguments: {} })
    await expect(unknown).rejects.toMatchObject({ code: -32602, message: 'Unknown tool: never' })
  })

  it('is checked against the schema before anything is sent', async () => {
    const { facet, upstream, url } = await federated()
    const properties = { n: { type: 'number' }, mode: { enum: ['a', 'b'] } }
    const inputSchema = { type: 'object', properties, required: ['n'], additionalProperties: false }
    upstream.tools[0] = fakeTool('remote', { inputSchema })
    await facet.ok('POST', '/sources/up/sync')
    const client = await connectClient(url)
    for (const [args, problem] of [
      [{}, "must have required property 'n'"],
      [{ n: 'x' }, 'n must be number'],
      [{ n: 1, mode: 'c' }, 'a, b'],
      [{ n: 1, extra: 1 }, 'additional properties: extra'],
    ] as const) {
      const result = await client.callTool({ name: 'remote', arguments: args })
      expect(result.isError).toBe(true)
      expect(textOf(result)).toContain("Invalid arguments for tool 'remote'")
      expect(textOf(result)).toContain(problem)
    }
    expect(upstream.seen).not.toContain('tools/call')
    const fine = await client.callTool({ name: 'remote', arguments: { n: 1 } })
    expect(fine.isError).not.toBe(true)
  })

  it('is passed on when the schema of the upstream is itself unusable', async () => {
    const { facet, upstream, url } = await federated()
    const broken = { type: 'object', properties: { a: { type: 'wat' } } }
    upstream.tools[0] = fakeTool('remote', { inputSchema: broken })
    await facet.ok('POST', '/sources/up/sync')
    const client = await connectClient(url)
    const result = await client.callTool({ name: 'remote', arguments: { a: 1 } })
    expect(textOf(result)).toBe('remote got {"a":1}')
  })

  it.each(['auto', 'legacy'] as const)('gives back what the upstream gave (%s)', async (mode) => {
    const { upstream, url } = await federated()
    const result = {
      content: [
        { type: 'text', text: 'hello', annotations: { audience: ['user'] } },
        { type: 'image', data: 'cG5n', mimeType: 'image/png' },
        { type: 'resource', resource: { uri: 'x://y', text: 'inner' } },
        { type: 'resource_link', uri: 'x://z', name: 'z' },
      ],
      structuredContent: { a: [1, null, { b: 'c' }] },
      isError: true,
      _meta: { 'acme/trace': { id: 7 } },
    }
    upstream.call = async () => result
    const client = await connectClient(url, mode)
    const given = await client.callTool({ name: 'remote', arguments: {} })
    expect(given).toMatchObject(result)
    expect(given.content).toEqual(result.content)
  })

  it('gives back the error an upstream answered', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('remote')]
    const error = { code: -32050, message: 'quota exceeded', data: { left: 0 } }
    upstream.answers.set('tools/call', () => ({ error }))
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const { body } = await rpc(`${facet.url}/mcp`, 'tools/call', { name: 'remote' })
    expect(body.error).toMatchObject(error)
  })

  it('goes to the source by what it calls the tool, not by the name shown', async () => {
    const { facet, url } = await federated()
    await facet.ok('PATCH', '/dynamic/s', { naming: 'prefixed' })
    await facet.ok('PATCH', '/sources/up', { prefix: 'my_up' })
    const client = await connectClient(url)
    const result = await client.callTool({ name: 'my_up_remote', arguments: {} })
    expect(textOf(result)).toBe('remote got {}')
    await expect(client.callTool({ name: 'remote', arguments: {} })).rejects.toThrow('Unknown tool')
  })

  it('fails at once, saying so, when its source is down', async () => {
    const { facet, url } = await federated()
    await facet.ok('PATCH', '/sources/up', { enabled: false })
    const client = await connectClient(url)
    const result = await client.callTool({ name: 'remote', arguments: {} })
    expect([result.isError, textOf(result)]).toEqual([true, 'Source up is disabled.'])
    expect(result._meta).toMatchObject({ 'mcp-facet/error': { code: 'source_unavailable' } })
  })

  it('fails when its source takes longer than its time, and the upstream is told', async () => {
    const { facet, upstream, url } = await federated()
    let aborted = false
    upstream.call = async (_, { mcpReq }) => {
      await new Promise<void>((resolve) => mcpReq.signal.addEventListener('abort', () => resolve()))
      aborted = true
      return { content: [] }
    }
    await facet.ok('PATCH', '/sources/up', { timeout_ms: 100 })
    const client = await connectClient(url)
    const result = await client.callTool({ name: 'remote', arguments: {} })
    expect(result._meta).toMatchObject({ 'mcp-facet/error': { code: 'upstream_timeout' } })
    await until('the upstream is told', () => aborted)
  })
})

describe.each(['modern', 'legacy'] as const)('a long call to a %s upstream', (era) => {
  it.each(['auto', 'legacy'] as const)('reports its progress (%s client)', async (mode) => {
    const { upstream, url } = await federated(era)
    upstream.call = async (_, { mcpReq }) => {
      const { progressToken } = mcpReq._meta as { progressToken: string }
      for (const progress of [1, 2, 3]) {
        const params = { progressToken, progress, total: 3, message: `step ${progress}` }
        await mcpReq.notify({ method: 'notifications/progress', params })
        await sleep(20)
      }
      return { content: [] }
    }
    const client = await connectClient(url, mode)
    const seen: unknown[] = []
    await client.callTool(
      { name: 'remote', arguments: {} },
      { onprogress: (progress) => void seen.push(progress) },
    )
    expect(seen).toEqual([1, 2, 3].map((n) => ({ progress: n, total: 3, message: `step ${n}` })))
  })

  it.each(['auto', 'legacy'] as const)(
    'is cancelled with its request (%s client)',
    async (mode) => {
      const { upstream, url } = await federated(era)
      const state = { started: false, aborted: false }
      upstream.call = async (_, { mcpReq }) => {
        state.started = true
        await new Promise<void>((resolve) =>
          mcpReq.signal.addEventListener('abort', () => resolve()),
        )
        state.aborted = true
        return { content: [] }
      }
      const client = await connectClient(url, mode)
      const controller = new AbortController()
      const call = client.callTool({ name: 'remote', arguments: {} }, { signal: controller.signal })
      call.catch(() => undefined)
      await until('the call has begun', () => state.started)
      controller.abort()
      await expect(call).rejects.toThrow()
      await until('the upstream is told', () => state.aborted)
    },
  )
})

describe('the metadata of a call', () => {
  it('reaches the upstream, without the token for progress', async () => {
    const { upstream, url } = await federated()
    let meta: Record<string, unknown> | undefined
    upstream.call = async (_, { mcpReq }) => {
      meta = mcpReq._meta
      return { content: [] }
    }
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const _meta = { traceparent, 'acme/x': 1 }
    await rpc(url, 'tools/call', { name: 'remote', arguments: {}, _meta })
    expect(meta).toMatchObject(_meta)
    expect(meta).not.toHaveProperty('progressToken')
  })
})

describe('a prompt', () => {
  it('is rendered with its arguments, which are not filled in again', async () => {
    const { ok, url } = await startFacet({ listen: true })
    const text = 'Hello {{name}} {{ other }}{{undeclared}}'
    const messages = [{ role: 'user', content: { type: 'text', text } }]
    const args = [{ name: 'name', required: true }, { name: 'other' }, { name: 'undeclared' }]
    await ok('POST', '/prompts', prompt('p', { messages, arguments: args, description: 'd' }))
    const client = await connectClient(`${url}/mcp`)
    const result = await client.getPrompt({ name: 'p', arguments: { name: '{{other}}$&' } })
    expect(result.description).toBe('d')
    expect(result.messages[0]!.content).toMatchObject({ text: 'Hello {{other}}$& ' })
  })

  it('is refused without its required arguments, by name, from any source', async () => {
    const { facet, upstream } = await federated()
    const required = [{ name: 'topic', required: true }]
    upstream.prompts.push({ name: 'remote', arguments: required })
    await facet.ok('POST', '/sources/up/sync')
    await facet.ok('POST', '/prompts', prompt('local', { arguments: required }))
    const client = await connectClient(`${facet.url}/mcp`)
    for (const name of ['local', 'remote']) {
      await expect(client.getPrompt({ name })).rejects.toMatchObject({
        code: -32602,
        message: expect.stringContaining('topic'),
      })
    }
    expect(upstream.seen).not.toContain('prompts/get')
  })
})

describe('a resource', () => {
  it('is read only where the view has it', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/resources', resource('docs://in', { tags: ['x'] }))
    await ok('POST', '/resources', resource('docs://out'))
    await ok('POST', '/resources', { uri: 'docs://bin', name: 'b', blob: 'AAE=', tags: ['x'] })
    await ok('POST', '/dynamic', server('s', { type: 'resource', filter: "'x' in tags" }))
    const client = await connectClient(`${url}/dynamic/s/mcp`)
    const read = (uri: string) => client.readResource({ uri })
    expect((await read('docs://in')).contents[0]).toMatchObject({ text: 'Text of docs://in' })
    expect((await read('docs://bin')).contents[0]).toMatchObject({ blob: 'AAE=' })
    for (const uri of ['docs://out', 'docs://none']) {
      await expect(read(uri)).rejects.toMatchObject({ code: -32602 })
    }
  })

  it('outside the view is not opened by a template inside it', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/resources', resource('docs://secret'))
    await ok('POST', '/resource_templates', template('docs://{page}', { text: 'Page {{page}}' }))
    await ok('POST', '/dynamic', server('s', { type: 'resource_template', filter: 'true' }))
    const client = await connectClient(`${url}/dynamic/s/mcp`)
    const { contents } = await client.readResource({ uri: 'docs://open' })
    expect(contents[0]).toMatchObject({ text: 'Page open' })
    await expect(client.readResource({ uri: 'docs://secret' })).rejects.toMatchObject({
      code: -32602,
    })
  })

  it('that an old upstream does not find is not found in the current words', async () => {
    const upstream = await FakeUpstream.start()
    upstream.resources = [{ uri: 'x://gone', name: 'gone' }]
    upstream.answers.set('resources/read', () => ({
      error: { code: -32002, message: 'Resource not found', data: { uri: 'x://gone' } },
    }))
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const { body } = await rpc(`${facet.url}/mcp`, 'resources/read', { uri: 'x://gone' })
    expect(body.error).toMatchObject({ code: -32602, data: { uri: 'x://gone' } })
  })
})

describe('a list', () => {
  it('comes in pages of 1,000 that together are the list', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = Array.from({ length: 2_345 }, (_, i) => fakeTool(`t${i}`))
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const sizes: number[] = []
    const names = new Set<string>()
    let cursor: string | undefined
    do {
      const { body } = await rpc(`${facet.url}/mcp`, 'tools/list', cursor ? { cursor } : {})
      const { tools, nextCursor } = body.result as {
        tools: { name: string }[]
        nextCursor?: string
      }
      sizes.push(tools.length)
      for (const { name } of tools) names.add(name)
      cursor = nextCursor
    } while (cursor)
    expect(sizes).toEqual([1000, 1000, 345])
    expect(names.size).toBe(2_345)
    const wrong = await rpc(`${facet.url}/mcp`, 'tools/list', { cursor: 'nonsense' })
    expect(wrong.body.error?.code).toBe(-32602)
  })

  it('says that it is private and for how long it may be kept', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', server('live', ALL_TOOLS))
    await ok('POST', '/dynamic', server('frozen', ALL_TOOLS, { cache_ttl: 60 }))
    const live = await rpc(`${url}/dynamic/live/mcp`, 'tools/list')
    expect(live.body.result).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
    const frozen = await rpc(`${url}/dynamic/frozen/mcp`, 'tools/list')
    const { ttlMs } = frozen.body.result as { ttlMs: number }
    expect(ttlMs).toBeGreaterThan(58_000)
    expect(ttlMs).toBeLessThanOrEqual(60_000)
  })

  it('of a server that cannot be evaluated is an error, never empty', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', server('s', { type: 'tool', mode: 'llm', prompt: 'x' }))
    const { body } = await rpc(`${url}/dynamic/s/mcp`, 'tools/list')
    expect(body.result).toBeUndefined()
    expect(body.error).toMatchObject({ code: -32603, data: { code: 'selector_not_configured' } })
  })
})

describe('an upstream that hangs', () => {
  it('does not hold up the calls of another', async () => {
    const hung = await FakeUpstream.start()
    hung.tools = [fakeTool('hangs')]
    hung.answers.set('tools/call', () => TAKEN)
    const { facet } = await federated()
    await facet.ok('POST', '/sources', { id: 'hung', transport: { type: 'http', url: hung.url } })
    await inState(facet, 'hung', 'up')
    const client = await connectClient(`${facet.url}/mcp`)
    const stuck = client.callTool({ name: 'hangs', arguments: {} }).catch(() => undefined)
    for (let i = 0; i < 20; i++) {
      const result = await client.callTool({ name: 'remote', arguments: { i } })
      expect(textOf(result)).toBe(`remote got {"i":${i}}`)
    }
    await hung.stop()
    await stuck
  })
})
