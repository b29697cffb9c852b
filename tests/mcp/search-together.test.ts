import { inputRequired } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { EVERYTHING, federate } from '../support/federated.ts'
import { connectClient, textOf, toolNames } from '../support/mcp.ts'

const META = ['search_tools', 'describe_tool', 'call_tool']

describe('a server that is searched', () => {
  it.each(['auto', 'legacy'] as const)(
    'has questions of an upstream reach who called (%s)',
    async (mode) => {
      const { facet, upstream } = await federate('modern')
      await facet.ok('POST', '/dynamic', {
        id: 'f',
        name: 'f',
        exposure: 'search',
        rules: EVERYTHING,
      })
      upstream.call = async ({ arguments: args }, { mcpReq }) => {
        const answer = mcpReq.inputResponses?.who as { content?: { name: string } } | undefined
        const text = `${answer?.content?.name} called ${JSON.stringify(args)}`
        if (answer) return { content: [{ type: 'text', text }] }
        const requestedSchema = { type: 'object' as const, properties: {} }
        return inputRequired({
          inputRequests: { who: inputRequired.elicit({ message: 'Who?', requestedSchema }) },
          requestState: 'asked',
        }) as unknown as Record<string, unknown>
      }
      const client = await connectClient(`${facet.url}/dynamic/f/mcp`, mode, {
        capabilities: { elicitation: { form: {} } },
      })
      client.setRequestHandler('elicitation/create', async () => ({
        action: 'accept',
        content: { name: 'Ada' },
      }))
      const args = { name: 'remote', arguments: { a: 1 } }
      const result = await client.callTool({ name: 'call_tool', arguments: args })
      expect(textOf(result)).toBe('Ada called {"a":1}')
    },
  )

  it('finds, pins and calls by prefixed names', async () => {
    const { facet } = await federate('modern')
    const more = { exposure: 'search', naming: 'prefixed', pinned: ['remote'] }
    await facet.ok('POST', '/dynamic', { id: 'f', name: 'f', rules: EVERYTHING, ...more })
    const client = await connectClient(`${facet.url}/dynamic/f/mcp`)
    expect(await toolNames(client)).toEqual(META)
    const found = await client.callTool({ name: 'search_tools', arguments: { query: 'remote' } })
    expect(found.structuredContent).toMatchObject({ tools: [{ name: 'up_remote' }] })
    const called = await client.callTool({ name: 'call_tool', arguments: { name: 'up_remote' } })
    expect(textOf(called)).toBe('remote got {}')
    await facet.ok('PATCH', '/dynamic/f', { pinned: ['up_remote'] })
    expect(await toolNames(client)).toEqual([...META, 'up_remote'])
  })
})

describe('a frozen server', () => {
  it('is narrowed as it was frozen, without what is gone', async () => {
    const { ok, url } = await startFacet({ listen: true })
    const post = (name: string) => ok<{ id: string }>('POST', '/tools', tool(name, { tags: ['x'] }))
    const [a, b] = [await post('a'), await post('b')]
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 's', name: 's', cache_ttl: 600, rules })
    const client = await connectClient(`${url}/dynamic/s/mcp?filter='x' in tags`)
    expect(await toolNames(client)).toEqual(['a', 'b'])
    await ok('PATCH', `/tools/${a.id}`, { tags: [] })
    await ok('DELETE', `/tools/${b.id}`)
    await post('c')
    expect(await toolNames(client)).toEqual(['a'])
    await ok('POST', '/dynamic/s/refresh')
    expect(await toolNames(client)).toEqual(['c'])
  })
})
