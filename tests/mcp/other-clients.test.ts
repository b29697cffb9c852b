import { createMCPClient } from '@ai-sdk/mcp'
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { prompt, resource, tool } from '../support/bodies.ts'
import { federate } from '../support/federated.ts'
import { textOf } from '../support/mcp.ts'

/** A server of an upstream's tool, with a prompt and a resource posted here; and one that is searched. */
async function served() {
  const federated = await federate('modern')
  const { facet } = federated
  await facet.ok('POST', '/prompts', prompt('local'))
  await facet.ok('POST', '/resources', resource('docs://local'))
  const rules = [{ type: 'tool', filter: 'true', include_federated: true }]
  await facet.ok('POST', '/dynamic', { id: 'big', name: 'Big', exposure: 'search', rules })
  return { ...federated, big: `${facet.url}/dynamic/big/mcp` }
}

/** A client that is made without the SDK. */
async function vercel(url: string, protocolVersionDiscovery: boolean) {
  const transport = { type: 'http' as const, url }
  const client = await createMCPClient({ transport, protocolVersionDiscovery })
  onTestFinished(() => client.close())
  return client
}

describe.each([
  ['2026-07-28', true],
  ['2025-11-25', false],
])('the client of the Vercel AI SDK (%s)', (version, discovers) => {
  it('lists, calls, gets and reads', async () => {
    const { url } = await served()
    const client = await vercel(url, discovers)
    expect(client.initializeResult.protocolVersion).toBe(version)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['remote'])
    const called = await client.callTool({ name: 'remote', arguments: { a: 1 } })
    expect(textOf(called)).toBe('remote got {"a":1}')
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['local'])
    const { messages } = await client.getPrompt({ name: 'local' })
    expect(messages[0]!.content).toMatchObject({ text: 'Do local' })
    const { contents } = await client.readResource({ uri: 'docs://local' })
    expect(contents[0]).toMatchObject({ text: 'Text of docs://local' })
  })

  it('is told of wrong arguments in a result, and of an unknown tool by an error', async () => {
    const { facet, url } = await served()
    const inputSchema = {
      type: 'object',
      properties: { id: { type: 'string' } },
      required: ['id'],
    }
    await facet.ok('POST', '/tools', tool('strict', { inputSchema }))
    const client = await vercel(url, discovers)
    const wrong = await client.callTool({ name: 'strict', arguments: { id: 7 } })
    expect(wrong).toMatchObject({ isError: true })
    expect(textOf(wrong)).toMatch(/id/)
    await expect(client.callTool({ name: 'unheard_of' })).rejects.toThrow(/unheard_of/)
  })

  it('finds and calls tools of a server that is searched', async () => {
    const { big } = await served()
    const client = await vercel(big, discovers)
    const found = await client.callTool({ name: 'search_tools', arguments: { query: 'remote' } })
    expect(textOf(found)).toContain('remote')
    const called = await client.callTool({
      name: 'call_tool',
      arguments: { name: 'remote', arguments: { a: 1 } },
    })
    expect(textOf(called)).toBe('remote got {"a":1}')
  })
})

describe('a client made with the first SDK', () => {
  it('finds, describes and calls tools of a server that is searched', async () => {
    const { big } = await served()
    const client = new V1Client({ name: 'v1', version: '1.0.0' })
    await client.connect(new V1Transport(new URL(big)))
    onTestFinished(() => client.close())
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['search_tools', 'describe_tool', 'call_tool'])
    const call = (name: string, args: Record<string, unknown>) =>
      client.callTool({ name, arguments: args })
    const found = await call('search_tools', { query: 'remote' })
    expect(found.structuredContent).toMatchObject({ tools: [{ name: 'remote', source: 'up' }] })
    const described = await call('describe_tool', { names: ['remote'] })
    expect(described.structuredContent).toMatchObject({ tools: [{ name: 'remote' }] })
    const called = await call('call_tool', { name: 'remote', arguments: { a: 1 } })
    expect(textOf(called)).toBe('remote got {"a":1}')
    await expect(call('unheard_of', {})).rejects.toThrow(/unheard_of/)
  })
})
