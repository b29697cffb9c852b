import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { prompt, resource, server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { EVERYTHING, federate } from '../support/federated.ts'
import { connectClient, rpc, toolNames } from '../support/mcp.ts'
import { listen, openSession } from '../support/open-streams.ts'
import { inState, until } from '../support/wait.ts'

const handler = { type: 'http', method: 'GET', url: 'https://api.example.com/run' }

describe.each(['auto', 'legacy'] as const)('whatever is listed (%s)', (mode) => {
  it('is found when it is called, got and read', async () => {
    const { facet } = await federate('modern', (upstream) => {
      upstream.tools.push(fakeTool('up_twice'), fakeTool('second'))
    })
    await facet.ok('POST', '/prompts', prompt('local'))
    await facet.ok('POST', '/resources', resource('docs://local'))
    const variants: { max_tools?: number; naming?: string }[] = [
      {},
      { naming: 'prefixed' },
      { max_tools: 2 },
    ]
    for (const more of variants) {
      const body = { name: 'S', rules: EVERYTHING, ...more }
      const { id } = await facet.ok<{ id: string }>('POST', '/dynamic', body)
      const client = await connectClient(`${facet.url}/dynamic/${id}/mcp`, mode)
      const { tools } = await client.listTools()
      expect(tools.length).toBe(more.max_tools ?? 3)
      for (const { name } of tools) {
        expect(await client.callTool({ name, arguments: {} })).not.toHaveProperty('isError', true)
      }
      for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name })
      const { resources } = await client.listResources()
      for (const { uri } of resources) await client.readResource({ uri })
    }
  })
})

describe('rules', () => {
  it('hold for a server with a single source as for any other', async () => {
    const { facet } = await federate('modern', (upstream) => {
      upstream.tools.push(fakeTool('kept'))
    })
    const rules = [{ type: 'tool', filter: "name == 'kept'", include_federated: true }]
    await facet.ok('POST', '/dynamic', { id: 'one', name: 'One', rules })
    const client = await connectClient(`${facet.url}/dynamic/one/mcp`)
    expect(await toolNames(client)).toEqual(['kept'])
    await expect(client.callTool({ name: 'remote', arguments: {} })).rejects.toThrow(/remote/)
  })

  it('and what was set on entries are as they were when a source is added', async () => {
    const { facet, url } = await federate('modern')
    const { tools } = await facet.ok<{ tools: { id: string }[] }>('GET', '/tools')
    const set = { tags: ['chosen'], enabled: false, owner: 'ada' }
    await facet.ok('PATCH', `/tools/${tools[0]!.id}`, set)
    const other = await FakeUpstream.start()
    other.tools = [fakeTool('joins')]
    await facet.ok('POST', '/sources', { id: 'new', transport: { type: 'http', url: other.url } })
    await inState(facet, 'new', 'up')
    expect(await facet.ok('GET', `/tools/${tools[0]!.id}`)).toMatchObject(set)
    expect(await toolNames(await connectClient(url))).toEqual(['joins'])
  })
})

describe('a list that may look at the caller', () => {
  it('is never that of another who asked at the same address before', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('POST', '/tools', tool('t', { handler }))
    const open = server('open', { type: 'tool', filter: 'true' }, { access: 'open' })
    await facet.ok('POST', '/dynamic', open)
    const filter = encodeURIComponent("'client' in caller.roles")
    const url = `${facet.url}/dynamic/open/mcp?filter=${filter}`
    const listed = async (credential: string) => {
      const { body } = await rpc(url, 'tools/list', {}, bearer(credential))
      return (body.result!.tools as { name: string }[]).map(({ name }) => name)
    }
    const admin = WITH_ADMIN.as
    expect([await listed(key), await listed(admin), await listed(key)]).toEqual([['t'], [], ['t']])
  })
})

describe('an announcement', () => {
  it('has the name that the protocol gives it, in both eras', async () => {
    const facet = await startFacet({ listen: true })
    const url = `${facet.url}/mcp`
    const session = await openSession(url, {})
    const streams = await Promise.all([session.stream(), listen(url, {})])
    await until('the stream is acknowledged', () => streams[1]!.text().includes('acknowledged'))
    await facet.ok('POST', '/tools', tool('t'))
    for (const stream of streams) {
      await until('it is announced', () => stream.text().includes('list_changed'))
      expect(stream.text()).toContain('"method":"notifications/tools/list_changed"')
    }
  })
})
