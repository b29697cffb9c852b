import { describe, expect, it } from 'vitest'
import { prompt, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { EVERYTHING, federate } from '../support/federated.ts'
import { connectClient, type Mode, textOf, toolNames } from '../support/mcp.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState, until } from '../support/wait.ts'

const META = ['search_tools', 'describe_tool', 'call_tool']

type Client = Awaited<ReturnType<typeof connectClient>>
type Found = { tools: { name: string; source: string; listed: boolean; score: number }[] }

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args })
  return { ...result, data: result.structuredContent as Record<string, unknown> | undefined }
}

async function names(client: Client, args: Record<string, unknown>): Promise<string[]> {
  const { data } = await call(client, 'search_tools', args)
  return (data as unknown as Found).tools.map(({ name }) => name)
}

/** An upstream with mail tools behind a server that is searched. */
async function searched(more: Record<string, unknown> = {}) {
  const federated = await federate('modern', ({ tools }) => {
    const describe = (name: string, description: string) =>
      tools.push({ ...fakeTool(name), description })
    describe('send_mail', 'Sends a letter to somebody')
    describe('read_mail', 'Reads the inbox')
    describe('weather', 'Tells the forecast for a city')
  })
  const { facet } = federated
  const secret = tool('secret_mail', { description: 'Sends a secret letter', tags: ['hidden'] })
  await facet.ok('POST', '/tools', secret)
  await facet.ok('POST', '/dynamic', {
    id: 'big',
    name: 'Big',
    exposure: 'search',
    rules: [...EVERYTHING, { type: 'tool', effect: 'exclude', filter: "'hidden' in tags" }],
    ...more,
  })
  return { ...federated, big: `${facet.url}/dynamic/big/mcp` }
}

describe.each(['auto', 'legacy'] as const)('a server that is searched (%s)', (mode: Mode) => {
  it('lists its own tools, with schemas and annotations, and what is pinned', async () => {
    const { big } = await searched({ pinned: ['weather', 'secret_mail', 'none'] })
    const client = await connectClient(big, mode)
    expect(await toolNames(client)).toEqual([...META, 'weather'])
    const { tools } = await client.listTools()
    for (const { inputSchema, annotations, description } of tools.slice(0, 3)) {
      expect(inputSchema.type).toBe('object')
      expect(annotations?.readOnlyHint).toBeTypeOf('boolean')
      expect(description).not.toBe('')
    }
    expect(tools[0]!.outputSchema).toBeDefined()
    expect(tools[2]!.annotations).toMatchObject({ destructiveHint: true })
  })

  it('finds, describes and calls what it does not list', async () => {
    const { big } = await searched({ pinned: ['weather'] })
    const client = await connectClient(big, mode)
    await client.listTools()
    const { data } = await call(client, 'search_tools', { query: 'send a letter' })
    const { tools } = data as unknown as Found
    expect(tools[0]).toMatchObject({ name: 'send_mail', source: 'up', listed: false })
    const described = await call(client, 'describe_tool', { names: ['send_mail', 'secret_mail'] })
    expect(described.data).toMatchObject({
      tools: [{ name: 'send_mail', inputSchema: { type: 'object' } }],
      unknown: ['secret_mail'],
    })
    const sent = await call(client, 'call_tool', { name: 'send_mail', arguments: { a: 1 } })
    expect(textOf(sent)).toBe('send_mail got {"a":1}')
    const bare = await call(client, 'call_tool', { name: 'send_mail' })
    expect(textOf(bare)).toBe('send_mail got {}')
    expect(textOf(await call(client, 'send_mail', { b: 2 }))).toBe('send_mail got {"b":2}')
  })

  it('hears of a change of what is listed, and of no other', async () => {
    const { big, facet } = await searched({ pinned: ['late'] })
    const heard: string[] = []
    const on = { autoRefresh: false, onChanged: () => void heard.push('tools') }
    const client = await connectClient(big, mode, { listChanged: { tools: on } })
    await facet.ok('POST', '/tools', tool('unlisted'))
    await until('it is found', async () => {
      return (await names(client, { query: 'unlisted' })).includes('unlisted')
    })
    const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('late'))
    await until('it is announced', () => heard.length > 0)
    expect(await toolNames(client)).toEqual([...META, 'late'])
    await facet.ok('DELETE', `/tools/${id}`)
    await until('it is announced again', () => heard.length > 1)
    expect(heard).toHaveLength(2)
  })
})

describe('search_tools', () => {
  it('finds by source and tags, and no more than asked for', async () => {
    const { big, facet } = await searched()
    await facet.ok('POST', '/tools', tool('mail_local', { tags: ['a', 'b'] }))
    const client = await connectClient(big)
    expect(await names(client, { query: 'mail', source: 'manual' })).toEqual(['mail_local'])
    expect(await names(client, { query: 'mail', tags: ['a', 'b'] })).toEqual(['mail_local'])
    expect(await names(client, { query: 'mail', tags: ['a', 'c'] })).toEqual([])
    expect(await names(client, { query: 'mail', limit: 1 })).toHaveLength(1)
    expect(await names(client, { query: 'mail' })).not.toContain('secret_mail')
  })

  it('says what is wrong with its arguments', async () => {
    const { big } = await searched()
    const client = await connectClient(big)
    for (const args of [{}, { query: 1 }, { query: 'x', limit: 0 }, { query: 'x', limit: 99 }]) {
      const result = await client.callTool({ name: 'search_tools', arguments: args })
      expect(result.isError).toBe(true)
      expect(result._meta).toMatchObject({ 'mcp-facet/error': { code: 'invalid_request' } })
    }
  })

  it('shows at most three tools of a source that is not trusted', async () => {
    const facet = await startFacet({ listen: true })
    for (const id of ['loud', 'quiet']) {
      const upstream = await startSdkUpstream('modern')
      for (let i = 0; i < 6; i++) {
        upstream.tools.push({ ...fakeTool(`${id}_mail_${i}`), description: 'send mail' })
      }
      const transport = { type: 'http', url: upstream.url }
      await facet.ok('POST', '/sources', { id, transport, trusted: id !== 'loud' })
      await inState(facet, id, 'up')
    }
    const rules = EVERYTHING
    await facet.ok('POST', '/dynamic', { id: 's', name: 's', exposure: 'search', rules })
    const client = await connectClient(`${facet.url}/dynamic/s/mcp`)
    const found = await names(client, { query: 'send mail', limit: 20 })
    const of = (source: string) => found.filter((name) => name.startsWith(source))
    expect([of('loud').length, of('quiet').length]).toEqual([3, 6])
  })
})

describe('call_tool', () => {
  it('refuses its own kind and what is listed, so that permissions by name hold', async () => {
    const { big, upstream } = await searched({ pinned: ['weather'] })
    const client = await connectClient(big)
    for (const name of [...META, 'weather']) {
      const result = await call(client, 'call_tool', { name, arguments: { name: 'weather' } })
      expect(result.isError).toBe(true)
      expect(textOf(result)).toBe(`${name} is listed: call it by its own name, not by call_tool.`)
    }
    expect(upstream.seen).not.toContain('tools/call')
    expect(textOf(await call(client, 'weather'))).toBe('weather got {}')
  })

  it('answers alike for what is unknown, hidden, disabled and over the budget', async () => {
    const { big, facet } = await searched({ max_tools: 3 })
    await facet.ok('POST', '/tools', tool('disabled_one', { enabled: false }))
    const client = await connectClient(big)
    const catalog = await facet.ok<{ trimmed: { name: string }[] }>('GET', '/dynamic/big/catalog')
    const trimmed = catalog.trimmed[0]!.name
    for (const name of ['nothing', 'secret_mail', 'disabled_one', trimmed]) {
      const { isError, _meta, ...rest } = await call(client, 'call_tool', { name })
      expect(isError).toBe(true)
      expect(textOf(rest)).toBe(`Unknown tool: ${name}. Find one with search_tools.`)
      expect(_meta).toMatchObject({ 'mcp-facet/error': { code: 'not_found' } })
      const described = await call(client, 'describe_tool', { names: [name] })
      expect(described.data).toEqual({ tools: [], unknown: [name] })
    }
  })

  it('passes results, progress and cancelling through', async () => {
    const { big, upstream } = await searched()
    const client = await connectClient(big)
    const full = {
      content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }],
      structuredContent: { a: [1] },
      isError: true,
      _meta: { 'acme/x': 1 },
    }
    let aborted = false
    upstream.call = async ({ arguments: args }, { mcpReq }) => {
      if ((args as { wait?: boolean }).wait) {
        await new Promise<void>((resolve) =>
          mcpReq.signal.addEventListener('abort', () => resolve()),
        )
        aborted = true
        return { content: [] }
      }
      const { progressToken } = mcpReq._meta as { progressToken: string }
      const params = { progressToken, progress: 1, total: 2 }
      await mcpReq.notify({ method: 'notifications/progress', params })
      return full
    }
    const progress: number[] = []
    const result = await client.callTool(
      { name: 'call_tool', arguments: { name: 'send_mail' } },
      { onprogress: (each) => void progress.push(each.progress) },
    )
    expect(result).toMatchObject(full)
    expect(progress).toEqual([1])
    const controller = new AbortController()
    const args = { name: 'send_mail', arguments: { wait: true } }
    const waiting = client.callTool(
      { name: 'call_tool', arguments: args },
      { signal: controller.signal },
    )
    await until('it is asked', () => upstream.seen.filter((m) => m === 'tools/call').length > 1)
    controller.abort()
    await expect(waiting).rejects.toThrow()
    await until('the upstream is told', () => aborted)
  })
})

describe('a tool with the name of a meta-tool', () => {
  it('is out of reach, and preview and catalog say so', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('call_tool', { description: 'mine' }))
    await ok('POST', '/tools', tool('banana'))
    const rules = [{ type: 'tool', filter: 'true' }]
    const more = { exposure: 'search', pinned: ['call_tool', 'gone'] }
    await ok('POST', '/dynamic', { id: 's', name: 's', rules, ...more })
    const { warnings, shadowed } = await ok<{ warnings: { code: string }[]; shadowed: object[] }>(
      'POST',
      '/dynamic/s/preview',
    )
    expect(warnings.map(({ code }) => code)).toEqual(['meta_tool_name', 'pinned_unknown'])
    expect(shadowed).toMatchObject([{ name: 'call_tool', by: 'call_tool' }])
    const client = await connectClient(`${url}/dynamic/s/mcp`)
    expect(await toolNames(client)).toEqual(META)
    expect(await names(client, { query: 'mine call banana' })).toEqual(['banana'])
    await ok('PATCH', '/dynamic/s', { exposure: 'direct', pinned: [] })
    expect(await toolNames(client)).toEqual(['banana', 'call_tool'])
  })

  it('is a warning to pin where nothing is searched', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/tools', tool('t'))
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 's', name: 's', rules, pinned: ['t'] })
    const { warnings } = await ok<{ warnings: object[] }>('POST', '/dynamic/s/preview')
    expect(warnings).toMatchObject([{ code: 'exposure_direct' }])
  })
})

async function localTools({ ok }: TestFacet) {
  await ok('POST', '/prompts', prompt('p'))
  await ok('POST', '/tools', tool('local'))
}

describe('the tools of other gateways', () => {
  const gateway = { search_aliases: ['gateway'] }

  it('are there when asked for', async () => {
    const { big } = await searched({ search_aliases: ['proxy', 'gateway'] })
    const client = await connectClient(big)
    const theirs = ['proxy__tools', 'proxy__run', 'list_servers', 'get_server_tools']
    expect(await toolNames(client)).toEqual([...META, ...theirs, 'execute_tool'])
    const plain = await searched()
    expect(await toolNames(await connectClient(plain.big))).toEqual(META)
  })

  it('list_servers names the sources of what is visible', async () => {
    const { big, facet } = await searched(gateway)
    const client = await connectClient(big)
    const { data } = await call(client, 'list_servers')
    expect(data).toEqual({ servers: [{ name: 'up', description: '' }] })
    await localTools(facet)
    const { data: more } = await call(client, 'list_servers', { include_metadata: true })
    expect(more).toMatchObject({
      servers: [{ name: 'manual' }, { name: 'up', transport: 'http', url: expect.any(String) }],
    })
  })

  it('get_server_tools filters by name and pattern, within a budget', async () => {
    const { big } = await searched(gateway)
    const client = await connectClient(big)
    const get = async (args: Record<string, unknown>) => {
      const { data, isError } = await call(client, 'get_server_tools', { server: 'up', ...args })
      const { tools, ...rest } = data as { tools: { name: string }[] }
      return { names: tools.map(({ name }) => name), isError, ...rest }
    }
    const all = ['read_mail', 'remote', 'send_mail', 'weather']
    expect(await get({})).toMatchObject({ names: all, total_available: 4, tokens_used: null })
    expect(await get({ names: ' weather, ,remote ' })).toMatchObject({
      names: ['remote', 'weather'],
      returned: 2,
    })
    expect(await get({ names: ' , ' })).toMatchObject({ names: all })
    expect(await get({ pattern: '*_mail' })).toMatchObject({ names: ['read_mail', 'send_mail'] })
    expect(await get({ pattern: '*_mail', names: 'send_mail,remote' })).toMatchObject({
      names: ['send_mail'],
    })
    expect(await get({ max_schema_tokens: 1 })).toMatchObject({
      names: [],
      truncated: true,
      total_available: 4,
    })
    // Its one tool is hidden here, so it is as unknown as one that does not exist.
    for (const server of ['manual', 'nowhere']) {
      const error = `Unknown server: ${server}`
      expect(await get({ server })).toMatchObject({ names: [], isError: true, error })
    }
  })

  it('execute_tool wants the right source, and gives up in time', async () => {
    const { big, upstream } = await searched({ ...gateway, pinned: ['weather'] })
    const client = await connectClient(big)
    const run = (args: Record<string, unknown>) => call(client, 'execute_tool', args)
    const ran = await run({ server: 'up', tool: 'send_mail', args: { a: 1 } })
    expect(textOf(ran)).toBe('send_mail got {"a":1}')
    for (const args of [
      { server: 'manual', tool: 'send_mail' },
      { server: 'manual', tool: 'secret_mail' },
    ]) {
      const refused = await run(args)
      expect([refused.isError, textOf(refused)]).toEqual([
        true,
        `Unknown tool: ${args.tool} of manual`,
      ])
    }
    expect(textOf(await run({ server: 'up', tool: 'weather' }))).toContain('is listed')
    upstream.call = (_, { mcpReq }) =>
      new Promise((resolve) => {
        mcpReq.signal.addEventListener('abort', () => resolve({ content: [] }))
      })
    const late = await run({ server: 'up', tool: 'send_mail', timeout_ms: 50 })
    expect(late._meta).toMatchObject({ 'mcp-facet/error': { code: 'upstream_timeout' } })
  })

  it('proxy__tools and proxy__run know listed tools from others', async () => {
    const { big } = await searched({ search_aliases: ['proxy'], pinned: ['weather', 'remote'] })
    const client = await connectClient(big)
    const text = async (name: string, args: Record<string, unknown> = {}) =>
      textOf(await call(client, name, args))
    expect(await text('proxy__tools')).toBe('read_mail\nremote\nsend_mail\nweather')
    expect(await text('proxy__tools', { dynamic_only: true })).toBe('read_mail\nsend_mail')
    expect(await text('proxy__run', { tool: 'send_mail' })).toBe('send_mail got {}')
    expect(await text('proxy__run', { tool: 'weather' })).toBe(
      "Error: 'weather' is a static tool — call it directly, not via proxy__run.",
    )
    for (const hidden of ['secret_mail', 'x']) {
      expect(await text('proxy__run', { tool: hidden })).toBe(
        `Error: '${hidden}' not found. Available dynamic tools: read_mail, send_mail`,
      )
    }
  })
})
