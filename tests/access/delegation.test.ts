import { describe, expect, it } from 'vitest'
import { bearer, userWithKey } from '../support/accounts.ts'
import { tool } from '../support/bodies.ts'
import { ask, beginSession, bothWays, modern } from '../support/both-ways.ts'
import { eventsOf } from '../support/events.ts'
import { listen, openSession } from '../support/open-streams.ts'
import { until } from '../support/wait.ts'
import { started, WHO } from './gateway.ts'

const names = ({ body }: { body: { result: { tools: { name: string }[] } } }) =>
  body.result.tools.map(({ name }) => name)

const codeOf = ({ body }: { body: { result?: { _meta?: Record<string, { code: string }> } } }) =>
  body.result?._meta?.['mcp-facet/error']?.code

describe('a caller that acts as an agent', () => {
  it('lists what both may use, whichever way it says so', async () => {
    const { facet, headers, url } = await started()
    expect(names((await bothWays(url, 'tools/list', {}, headers))[0])).toEqual([
      'assign',
      'read_note',
      'write_note',
    ])
    const asWriter = { ...headers, 'x-agent-id': 'writer' }
    for (const answer of await bothWays(url, 'tools/list', {}, asWriter)) {
      // The agent alone could use `remote`; whoever acts as it cannot.
      expect(names(answer)).toEqual(['write_note'])
    }
    const rest = await facet.api('GET', '/dynamic/s/tools', undefined, asWriter)
    expect(rest.body.tools.map(({ name }: { name: string }) => name)).toEqual(['write_note'])
    const { body, headers: own } = modern('tools/list')
    const meta = { ...body.params._meta, agent_id: 'reader' }
    const asked = { ...body, params: { _meta: meta } }
    expect(names(await ask(url, asked, { ...own, ...headers }))).toEqual(['assign', 'read_note'])
    const slow = { ...asked, params: { _meta: { ...meta, progressToken: 1 } } }
    expect(names(await ask(url, slow, { ...own, ...headers }))).toEqual(['assign', 'read_note'])
    const session = { ...headers, ...(await beginSession(url, {}, headers)) }
    for (const _meta of [{ agent_id: 'reader' }, { agent_id: 'reader', progressToken: 1 }]) {
      const old = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } }
      expect(names(await ask(url, old, session))).toEqual(['assign', 'read_note'])
    }
  })

  it('calls what both may use, and the upstream hears nothing of the agent', async () => {
    const { call, got, headers, url } = await started()
    for (const answer of await call('write_note', { agent_id: 'writer', text: 'x' })) {
      expect(answer.body.result.content[0].text).toBe('done')
    }
    for (const answer of await call('write_note', { agent_id: 'reader', text: 'x' })) {
      expect(answer.body.error.message).toBe('Unknown tool: write_note')
    }
    const meta = { ...modern('x').body.params._meta, agent_id: 'writer', 'example.com/x': 1 }
    const { body, headers: own } = modern('tools/call', { name: 'write_note', _meta: meta })
    const sent = { ...own, ...headers, 'mcp-name': 'write_note' }
    expect((await ask(url, body, sent)).body.result.content[0].text).toBe('done')
    const slow = structuredClone(body)
    Object.assign(slow.params._meta, { progressToken: 1 })
    await ask(url, slow, sent)
    const session = { ...headers, ...(await beginSession(url, {}, headers)) }
    const params = { name: 'write_note', arguments: { agent_id: 'writer', text: 'x' } }
    await ask(url, { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, session)
    expect(got).toHaveLength(5)
    expect(got.map(({ arguments: args }) => args)).toEqual([
      { text: 'x' },
      { text: 'x' },
      {},
      {},
      { text: 'x' },
    ])
    expect(JSON.stringify(got)).not.toContain('agent_id')
    expect(JSON.stringify(got[2])).toContain('example.com/x')
  })

  it('keeps its hands off an argument that the tool declares itself', async () => {
    const { call, got } = await started()
    for (const { body } of await call('assign', { agent_id: 'admin' })) {
      expect(body.result.content[0].text).toBe('done')
    }
    expect(got.map(({ arguments: args }) => args)).toEqual([
      { agent_id: 'admin' },
      { agent_id: 'admin' },
    ])
  })

  it('names the agent to the tools of a searched server, and to what they call', async () => {
    const { call, facet, got } = await started()
    const q = `${facet.url}/dynamic/q/mcp`
    const run = async (name: string, args: object) => (await call(name, args, {}, q))[0]!
    const found = await run('search_tools', { query: 'tool note', agent_id: 'reader' })
    expect(names({ body: { result: found.body.result.structuredContent } } as never)).not.toContain(
      'write_note',
    )
    const servers = await run('list_servers', { agent_id: 'nobody' })
    expect(codeOf(servers)).toBe('forbidden')
    const inside = { name: 'write_note', arguments: { agent_id: 'reader' } }
    expect(codeOf(await run('call_tool', inside))).toBe('not_found')
    expect(codeOf(await run('call_tool', { ...inside, agent_id: 'writer' }))).toBe('forbidden')
    const fine = { server: 'up', tool: 'write_note', args: { a: 1 }, agent_id: 'writer' }
    expect((await run('execute_tool', fine)).body.result.content[0].text).toBe('done')
    expect(got).toHaveLength(2)
    expect(JSON.stringify(got)).not.toContain('agent_id')
  })

  it('is refused agents it may not act as, unknown ones alike, and anything that is no id', async () => {
    const { call, got, facet, url, headers } = await started()
    for (const agent of ['admin', 'local', 'operator', 'gw', 'nobody', 'ada']) {
      for (const answer of await call('write_note', { agent_id: agent })) {
        expect(answer.body.result).toMatchObject({
          isError: true,
          content: [{ text: `You may not act as "${agent}".` }],
        })
      }
      const asked = { ...headers, 'x-agent-id': agent }
      expect(
        (await ask(url, modern('tools/list').body, { ...modern('tools/list').headers, ...asked }))
          .status,
      ).toBe(403)
      expect((await facet.api('GET', '/dynamic/s/tools', undefined, asked)).status).toBe(403)
    }
    for (const agent of ['a b', '', '../x', 7, null, ['writer'], { id: 'writer' }]) {
      for (const answer of await call('write_note', { agent_id: agent })) {
        expect([agent, codeOf(answer)]).toEqual([agent, 'invalid_request'])
      }
    }
    expect(got).toEqual([])
  })

  it('does not become another agent, nor itself again, on the way', async () => {
    const { call, headers, got, url } = await started()
    const params = { name: 'write_note', arguments: { agent_id: 'writer' } }
    const named = { ...headers, 'mcp-name': 'write_note', 'x-agent-id': 'reader' }
    const [first] = await bothWays(url, 'tools/call', params, named)
    expect(first.body.error?.message ?? codeOf(first)).toBe('Unknown tool: write_note')
    const assigned = { ...named, 'mcp-name': 'read_note' }
    const other = { name: 'read_note', arguments: { agent_id: 'writer' } }
    for (const answer of await bothWays(url, 'tools/call', other, assigned)) {
      expect(codeOf(answer)).toBe('forbidden')
    }
    expect(await call('write_note', {})).toHaveLength(2)
    expect(got).toHaveLength(2)
  })

  it('uses servers and nothing else', async () => {
    const { facet } = await started()
    const { key } = await userWithKey(facet, 'eve', ['editor'])
    const asAgent = { ...bearer(key), 'x-agent-id': 'writer' }
    for (const path of ['/tools', '/dynamic', '/me', '/dynamic/s']) {
      expect((await facet.api('GET', path, undefined, asAgent)).status).toBe(403)
    }
    const post = await facet.api('POST', '/tools', tool('mine'), asAgent)
    expect(post.status).toBe(403)
  })

  it('has the groups and attributes of the user with its id, until that is disabled', async () => {
    const { facet, headers } = await started()
    const seen = async () => {
      const { status, body } = await facet.api('GET', '/dynamic/s/tools', undefined, {
        ...headers,
        'x-agent-id': 'writer',
      })
      return status === 200 ? body.tools.map(({ name }: { name: string }) => name) : status
    }
    await facet.ok('POST', '/users', { id: 'writer', name: 'Writer', groups: ['law'] })
    expect(await seen()).toEqual(['write_note'])
    const who = "'law' in caller.groups && caller.kind == 'agent'"
    await facet.ok('POST', '/policies', { effect: 'allow', who, what: "name == 'assign'" })
    expect(await seen()).toEqual(['assign', 'write_note'])
    await facet.ok('PATCH', '/users/writer', { groups: [] })
    expect(await seen()).toEqual(['write_note'])
    await facet.ok('PATCH', '/users/writer', { disabled: true })
    expect(await seen()).toBe(403)
  })

  it('can be made to name one: a policy sees whether it does', async () => {
    const { facet, headers } = await started()
    const who = `${WHO.gateway} && caller.agent == null`
    await facet.ok('POST', '/policies', { effect: 'deny', who, what: 'true' })
    const seen = async (more: Record<string, string>) =>
      (await facet.api('GET', '/dynamic/s/tools', undefined, { ...headers, ...more })).body.tools
        .length
    expect(await seen({})).toBe(0)
    expect(await seen({ 'x-agent-id': 'writer' })).toBe(1)
  })

  it('meets the guards that the agent would meet', async () => {
    const { facet, call, got } = await started()
    const guard = {
      kind: 'arguments',
      who: WHO.writer,
      what: 'true',
      server: ['s'],
      deny: [{ pattern: 'secret' }],
    }
    await facet.ok('POST', '/guards', guard)
    const codes = async (args: object) => (await call('write_note', args)).map(codeOf)
    expect(await codes({ text: 'secret' })).toEqual([undefined, undefined])
    expect(await codes({ text: 'secret', agent_id: 'writer' })).not.toContain(undefined)
    expect(got).toHaveLength(2)
  })

  it('keeps open streams and sessions only while it may act as the agent', async () => {
    const { facet, headers, url } = await started()
    const asWriter = { ...headers, 'x-agent-id': 'writer' }
    const session = await openSession(url, asWriter)
    const [stream, listening] = await Promise.all([session.stream(), listen(url, asWriter)])
    await until('the stream is acknowledged', () => listening.text().includes('acknowledged'))
    // The session is the agent's: not the gateway's own, and not another agent's.
    expect((await session.request('tools/list', headers)).status).toBe(404)
    const other = { ...headers, 'x-agent-id': 'reader' }
    expect((await session.request('tools/list', other)).status).toBe(404)
    expect((await session.request('tools/list')).text).toContain('write_note')
    await facet.ok('PATCH', '/users/gw', { attributes: { delegates: ['reader'] } })
    await until('both have ended', () => stream.ended() && listening.ended(), 1_000)
    expect((await session.request('tools/list')).status).toBe(403)
  })

  it('watches in a session only what both may read', async () => {
    const { facet, url, headers } = await started()
    for (const name of ['read_doc', 'other_doc']) {
      await facet.ok('POST', '/resources', { uri: `doc:${name}`, name, text: 'x' })
    }
    const session = { ...headers, ...(await beginSession(url, {}, headers)) }
    const watch = async (uri: string, _meta: object = {}) => {
      const params = { uri, _meta }
      const message = { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params }
      return (await ask(url, message, session)).body
    }
    const asReader = { agent_id: 'reader' }
    expect((await watch('doc:other_doc', asReader)).error.data.code).toBe('not_found')
    expect((await watch('doc:read_doc', { agent_id: 'nobody' })).error.data.code).toBe('forbidden')
    expect((await watch('doc:read_doc', asReader)).result).toEqual({})
    expect((await watch('doc:other_doc')).result).toEqual({})
    expect(await eventsOf(facet, 'decision=deny')).toMatchObject([
      { action: 'read', type: 'resource', name: 'doc:read_doc', decided_by: 'agent', caller: 'gw' },
    ])
  })
})
