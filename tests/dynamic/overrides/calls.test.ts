import { describe, expect, it } from 'vitest'
import { connectClient, rpc, textOf } from '../../support/mcp.ts'
import { ACME, MATCH, withOverrides } from './support.ts'

describe.each(['modern', 'legacy'] as const)('a call of an overridden tool (%s)', (era) => {
  it('reaches the tool under its own name, with what is fixed', async () => {
    const { endpoint, upstream } = await withOverrides([ACME], {}, { era })
    for (const mode of ['auto', 'legacy'] as const) {
      const client = await connectClient(endpoint, mode)
      await client.listTools()
      const result = await client.callTool({ name: 'report_bug', arguments: { title: 'Bug' } })
      expect(JSON.parse(textOf(result).slice('create_issue got '.length))).toEqual({
        title: 'Bug',
        repo: 'acme/x',
        region: 'eu',
      })
      // The upstream wants it in a header; the client does not know of it.
      expect(upstream.headers.get('mcp-param-region')).toBe('eu')
    }
  })
})

describe('a fixed argument', () => {
  it('wins over what the caller sends', async () => {
    const { endpoint } = await withOverrides()
    const args = { title: 'Bug', repo: 'evil/x', region: 'us' }
    const { body } = await rpc(endpoint, 'tools/call', { name: 'report_bug', arguments: args })
    expect(textOf(body.result!)).toContain('"repo":"acme/x"')
    expect(textOf(body.result!)).toContain('"region":"eu"')
  })
})

describe('a hidden argument', () => {
  it('is refused like one that there is not, and nothing is sent', async () => {
    const { endpoint, upstream } = await withOverrides()
    const texts = []
    for (const extra of ['token', 'nonsense']) {
      const args = { title: 'Bug', [extra]: 'x' }
      const { body } = await rpc(endpoint, 'tools/call', { name: 'report_bug', arguments: args })
      expect(body.result).toMatchObject({ isError: true })
      texts.push(textOf(body.result!).replace(extra, 'X'))
    }
    expect(texts[0]).toBe(texts[1])
    expect(upstream.seen).not.toContain('tools/call')
  })

  it('is refused too where the tool takes anything', async () => {
    const { endpoint, upstream, facet } = await withOverrides()
    upstream.tools.push({ name: 'open', inputSchema: { type: 'object' } })
    await facet.ok('POST', '/sources/up/sync')
    await facet.ok('PATCH', '/dynamic/o', {
      overrides: [
        { match: { source: 'up', name: 'open' }, arguments: { token: { hidden: true } } },
      ],
    })
    const call = (args: object) => rpc(endpoint, 'tools/call', { name: 'open', arguments: args })
    expect((await call({ token: 'x' })).body.result).toMatchObject({ isError: true })
    expect((await call({ other: 'x' })).body.result).not.toHaveProperty('isError')
  })
})

describe('the arguments that are left', () => {
  it('are checked against the schema of the tool itself', async () => {
    const { endpoint, upstream } = await withOverrides()
    for (const args of [{}, { title: 5 }]) {
      const { body } = await rpc(endpoint, 'tools/call', { name: 'report_bug', arguments: args })
      expect(body.result).toMatchObject({ isError: true })
    }
    expect(upstream.seen).not.toContain('tools/call')
  })
})

describe('the name a tool has at its source', () => {
  it('is unknown where it is shown under another', async () => {
    const { endpoint } = await withOverrides()
    const { body } = await rpc(endpoint, 'tools/call', {
      name: 'create_issue',
      arguments: { title: 'Bug', repo: 'evil/x' },
    })
    expect(body.error).toMatchObject({ code: -32602, message: 'Unknown tool: create_issue' })
  })
})

describe('a server that is searched', () => {
  it('finds, describes, pins and calls tools as they are shown', async () => {
    const overrides = [
      { ...ACME, description: 'Complains about aardvarks' },
      { match: { source: 'up', name: 'remote' }, name: 'pinned_one' },
    ]
    const { endpoint } = await withOverrides(overrides, {
      exposure: 'search',
      pinned: ['pinned_one'],
    })
    const client = await connectClient(endpoint)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('pinned_one')
    const call = async (name: string, args: Record<string, unknown>) =>
      client.callTool({ name, arguments: args })
    const found = await call('search_tools', { query: 'aardvarks' })
    expect(found.structuredContent).toMatchObject({
      tools: [{ name: 'report_bug', description: 'Complains about aardvarks' }],
    })
    const described = await call('describe_tool', { names: ['report_bug', 'create_issue'] })
    expect(described.structuredContent).toMatchObject({
      tools: [{ name: 'report_bug', inputSchema: { required: ['title'] } }],
      unknown: ['create_issue'],
    })
    const result = await call('call_tool', { name: 'report_bug', arguments: { title: 'Bug' } })
    expect(textOf(result)).toContain('"repo":"acme/x"')
    const unknown = await call('call_tool', { name: MATCH.name, arguments: { title: 'Bug' } })
    expect(unknown.isError).toBe(true)
  })

  it('does not find what a description said that is covered', async () => {
    const { endpoint } = await withOverrides([{ match: MATCH, description: 'Complains' }], {
      exposure: 'search',
    })
    const client = await connectClient(endpoint)
    const found = await client.callTool({
      name: 'search_tools',
      arguments: { query: 'tool remote' },
    })
    const { tools } = found.structuredContent as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toEqual(['remote'])
  })
})
