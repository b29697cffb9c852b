import { describe, expect, it } from 'vitest'
import { WITH_ADMIN } from '../support/accounts.ts'
import { tool } from '../support/bodies.ts'
import { ask, beginSession, bothWays, modern } from '../support/both-ways.ts'
import { eventsOf } from '../support/events.ts'
import { startFacet } from '../support/facet.ts'
import { EVERYTHING } from '../support/federated.ts'
import { until } from '../support/wait.ts'
import { started } from './gateway.ts'

describe('acting as an agent', () => {
  it('is recorded as a denial of whoever may not act as the agent', async () => {
    const { call, facet, url, headers } = await started()
    const as = (agent: string) => ({ ...headers, 'x-agent-id': agent })
    for (const answer of await bothWays(url, 'tools/list', {}, as('nobody'))) {
      expect(answer.status).toBe(403)
    }
    const q = `${facet.url}/dynamic/q/mcp`
    await call('list_servers', { agent_id: 'nobody' }, {}, q)
    const denied = { decision: 'deny', outcome: 'denied', code: 'forbidden', caller: 'gw' }
    expect(await eventsOf(facet, 'decision=deny')).toMatchObject([
      { ...denied, server: 's' },
      { ...denied, server: 's' },
      { ...denied, server: 'q', name: 'list_servers', decided_by: 'agent' },
      { ...denied, server: 'q', name: 'list_servers', decided_by: 'agent' },
    ])
  })

  it('is recorded where the metadata of a request names the agent, whichever way it came', async () => {
    const { facet, url, headers } = await started()
    const meta = { ...modern('x').body.params._meta, agent_id: 'nobody' }
    const session = { ...headers, ...(await beginSession(url, {}, headers)) }
    const send = async (method: string, params: object, more: Record<string, string> = {}) => {
      const asked = modern(method, { ...params, _meta: meta }, 'mine')
      const [fast, long] = [asked.body, structuredClone(asked.body)]
      Object.assign((long.params as { _meta: object })._meta, { progressToken: 1 })
      for (const body of [fast, long]) {
        const { status } = await ask(url, body, { ...asked.headers, ...headers, ...more })
        expect(status).toBe(403)
      }
      const old = {
        jsonrpc: '2.0',
        id: 'old',
        method,
        params: { ...params, _meta: { agent_id: 'nobody' } },
      }
      for (const way of [session, headers]) {
        expect((await ask(url, old, way)).body.error.data.code).toBe('forbidden')
      }
    }
    await send('tools/list', {})
    await send('tools/call', { name: 'write_note' }, { 'mcp-name': 'write_note' })
    await send('resources/read', { uri: 'x://y' }, { 'mcp-name': 'x://y' })
    const events = await eventsOf(facet, 'decision=deny')
    const denied = { decided_by: 'agent', code: 'forbidden', outcome: 'denied', count: 1 }
    const by = { ...denied, caller: 'gw', credential: expect.any(String), server: 's' }
    const about = [
      { action: 'list', type: 'tool', name: null },
      { action: 'call', type: 'tool', name: 'write_note' },
      { action: 'read', type: 'resource', name: 'x://y' },
    ]
    expect(events).toMatchObject(
      about.flatMap((one) => [
        { ...by, ...one, request: 'mine', session: null, address: '127.0.0.1' },
        { ...by, ...one, request: 'mine', session: null, address: '127.0.0.1' },
        { ...by, ...one, request: 'old', session: expect.any(String) },
        { ...by, ...one, request: 'old', session: null },
      ]),
    )
  })

  it('is recorded without what a name or an id would give away, and for whatever is no id', async () => {
    const { facet, url, headers } = await started()
    const secret = `facet_aaaaaaaaaa_${'k'.repeat(43)}`
    const _meta = { ...modern('x').body.params._meta, agent_id: [secret] }
    const asked = modern('tools/call', { name: secret, _meta }, secret)
    const sent = { ...asked.headers, ...headers, 'mcp-name': secret }
    expect((await ask(url, asked.body, sent)).status).toBe(400)
    const events = await eventsOf(facet, 'decision=deny')
    expect(events).toMatchObject([{ code: 'invalid_request', decided_by: 'agent', type: 'tool' }])
    expect(JSON.stringify(events)).not.toContain('kkkk')
  })

  it('is counted by the minute where nobody in particular asks', async () => {
    const clock = { at: Date.parse('2026-03-02T10:00:00Z') }
    const facet = await startFacet({ ...WITH_ADMIN, listen: true, now: () => new Date(clock.at) })
    const open = { anonymous: true, access: 'open', rules: EVERYTHING }
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', ...open })
    await facet.ok('POST', '/dynamic', { id: 'q', name: 'Q', exposure: 'search', ...open })
    await facet.ok('POST', '/tools', tool('x'))
    const url = `${facet.url}/dynamic/s/mcp`
    const session = await beginSession(url)
    for (let i = 0; i < 10; i++) {
      const _meta = { ...modern('x').body.params._meta, agent_id: `agent-${i}` }
      for (const { status } of await bothWays(url, 'tools/list', { _meta }))
        expect(status).toBe(403)
      const name = `t${i}`
      const old = { name, _meta: { agent_id: `agent-${i}` } }
      const call = { jsonrpc: '2.0', id: i, method: 'tools/call', params: old }
      for (const way of [session, {}]) await ask(url, call, way)
      const params = { name: 'search_tools', arguments: { agent_id: `agent-${i}` } }
      const q = `${facet.url}/dynamic/q/mcp`
      await bothWays(q, 'tools/call', params, { 'mcp-name': 'search_tools' })
    }
    const seen = await eventsOf(facet, 'decision=deny')
    expect(seen.map(({ server, action, count }) => [server, action, count])).toEqual([
      ['s', 'list', 1],
      ['s', 'call', 1],
      ['q', 'call', 1],
    ])
    clock.at += 60_000
    const counts = (await eventsOf(facet, 'decision=deny')).map(({ count }) => count)
    expect(counts).toEqual([1, 1, 1, 19, 19, 19])
  })

  it('is recorded with both', async () => {
    const { facet, call } = await started()
    await call('write_note', { agent_id: 'writer' })
    await call('write_note', { agent_id: 'admin' })
    const events = await until('the calls are recorded', async () => {
      const { body } = await facet.api('GET', '/events?action=call')
      return body.events.length >= 4 && body.events
    })
    const told = events.map((event: object) => {
      const { caller, acting_as, decision, name } = event as Record<string, unknown>
      return [caller, acting_as, decision, name]
    })
    expect(told).toContainEqual(['gw', 'writer', 'allow', 'write_note'])
    expect(told).toContainEqual(['gw', null, 'deny', 'write_note'])
  })
})
