import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { prompt, resource, template, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient, type Mode, rpc, textOf, toolNames } from '../support/mcp.ts'
import { until } from '../support/wait.ts'

/** Longer than changes are gathered for, and than an announcement takes. */
const QUIET = 400

const RULES = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
  type,
  filter: "'x' in tags",
}))

async function served(more: Record<string, unknown> = {}) {
  const facet = await startFacet({ listen: true })
  const post = (path: string, body: object) => facet.ok<{ id: string }>('POST', path, body)
  const safe = await post('/tools', tool('safe', { tags: ['x', 'read'] }))
  await post('/tools', tool('risky', { tags: ['x'] }))
  await post('/tools', tool('outside', { tags: ['read'] }))
  await post('/prompts', prompt('p', { tags: ['x', 'read'] }))
  await post('/prompts', prompt('q', { tags: ['x'] }))
  await post('/resources', resource('docs://open', { tags: ['x', 'read'] }))
  await post('/resources', resource('docs://shut', { tags: ['x'] }))
  await post('/resource_templates', template('docs://{page}', { tags: ['x', 'read'] }))
  await post('/dynamic', { id: 's', name: 's', rules: RULES, ...more })
  const url = (filter?: string) =>
    `${facet.url}/dynamic/s/mcp${filter === undefined ? '' : `?filter=${encodeURIComponent(filter)}`}`
  return { facet, safe: safe.id, url }
}

const READ = "'read' in tags"

async function listening(url: string, mode: Mode) {
  const heard: string[] = []
  const on = (list: string) => ({ autoRefresh: false, onChanged: () => void heard.push(list) })
  const client = await connectClient(url, mode, {
    listChanged: { tools: on('tools'), prompts: on('prompts'), resources: on('resources') },
  })
  return { heard, client }
}

describe.each(['auto', 'legacy'] as const)('a client that narrows its server (%s)', (mode) => {
  it.each([READ, "$.tags[?@ == 'read']"])(
    'lists and calls only what %s lets through',
    async (f) => {
      const { url } = await served()
      const client = await connectClient(url(f), mode)
      expect(await toolNames(client)).toEqual(['safe'])
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['p'])
      const { resources } = await client.listResources()
      expect(resources.map(({ uri }) => uri)).toEqual(['docs://open'])
      const unknown = (name: string) =>
        expect.objectContaining({ message: expect.stringContaining(name) })
      for (const name of ['risky', 'outside', 'nothing']) {
        await expect(client.callTool({ name, arguments: {} })).rejects.toEqual(unknown(name))
      }
      await expect(client.getPrompt({ name: 'q' })).rejects.toEqual(unknown('q'))
      // A template opens no resource that the filter takes away.
      await expect(client.readResource({ uri: 'docs://shut' })).rejects.toThrow()
      const { contents } = await client.readResource({ uri: 'docs://open' })
      expect(contents[0]).toMatchObject({ text: 'Text of docs://open' })
      expect(await toolNames(await connectClient(url(), mode))).toEqual(['risky', 'safe'])
    },
  )

  it('gets nothing it would not see anyway', async () => {
    const { url } = await served()
    expect(await toolNames(await connectClient(url('true'), mode))).toEqual(['risky', 'safe'])
    const outside = await connectClient(url("name == 'outside'"), mode)
    expect(await toolNames(outside)).toEqual([])
  })

  it('may look at who it is', async () => {
    const { url } = await served()
    const local = await connectClient(url("caller.id == 'local' && name == 'safe'"), mode)
    expect(await toolNames(local)).toEqual(['safe'])
    expect(await toolNames(await connectClient(url("caller.id == 'root'"), mode))).toEqual([])
    // What cannot be decided is taken away.
    const roles = await connectClient(url("'ops' in caller.roles"), mode)
    expect(await toolNames(roles)).toEqual([])
  })

  it('follows changes, and hears of those it can see', async () => {
    const { facet, safe, url } = await served()
    const narrow = await listening(url(READ), mode)
    const wide = await listening(url(), mode)
    await facet.ok('POST', '/tools', tool('third', { tags: ['x'] }))
    await until('the wide one hears', () => wide.heard.length > 0)
    await sleep(QUIET)
    expect(narrow.heard).toEqual([])
    await facet.ok('PATCH', `/tools/${safe}`, { tags: ['x'] })
    expect(await toolNames(narrow.client)).toEqual([])
    await until('the narrow one hears', () => narrow.heard.length > 0)
    expect(narrow.heard).toEqual(['tools'])
  })

  it('searches only what is left', async () => {
    const { url } = await served({ exposure: 'search', pinned: ['risky', 'safe'] })
    const client = await connectClient(url("name == 'risky' || type != 'tool'"), mode)
    expect((await toolNames(client)).slice(3)).toEqual(['risky'])
    const found = await client.callTool({
      name: 'search_tools',
      arguments: { query: 'safe risky' },
    })
    expect(found.structuredContent).toMatchObject({ tools: [{ name: 'risky' }] })
    const refused = await client.callTool({ name: 'call_tool', arguments: { name: 'safe' } })
    expect(textOf(refused)).toContain('Unknown tool: safe')
  })
})

describe('a filter in the address', () => {
  it.each([
    ["'read' in tagz", 10, 'filter_unknown_field'],
    ['$.tags[?', undefined, 'filter_syntax'],
    ['', 0, 'filter_empty'],
  ])('is refused with its place before anything else: %s', async (filter, position, code) => {
    const { url } = await served()
    for (const method of ['POST', 'GET', 'DELETE']) {
      const body = method === 'POST' ? { body: 'not JSON' } : {}
      const response = await fetch(url(filter), { method, ...body })
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      const problem = (await response.json()) as { code: string; errors: object[] }
      expect(problem.code).toBe('invalid_filter')
      const at = position === undefined ? {} : { position }
      expect(problem.errors).toMatchObject([{ path: 'filter', code, ...at }])
    }
  })

  it('is given once', async () => {
    const { url } = await served()
    const response = await fetch(`${url('true')}&filter=true`, { method: 'POST' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_request' })
  })

  it('stays with a session: under another address the session does not exist', async () => {
    const { url } = await served()
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const post = (address: string, method: string, params: object, more = {}) =>
      fetch(address, {
        method: 'POST',
        headers: { ...headers, ...more },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      })
    const clientInfo = { name: 'raw', version: '1' }
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const started = await post(url(READ), 'initialize', hello)
    await started.text()
    const session = { 'mcp-session-id': started.headers.get('mcp-session-id')! }
    for (const other of [url(), url('true')]) {
      const refused = await post(other, 'tools/list', {}, session)
      expect(refused.status).toBe(404)
    }
    const same = await post(url(READ), 'tools/list', {}, session)
    expect(same.status).toBe(200)
    const text = await same.text()
    expect([text.includes('"safe"'), text.includes('"risky"')]).toEqual([true, false])
  })

  it('may be any number of different ones', async () => {
    const { url } = await served()
    for (let i = 0; i < 600; i++) {
      const { body } = await rpc(url(`'read' in tags && name != 'n${i}'`), 'tools/list')
      expect(body.result?.tools).toMatchObject([{ name: 'safe' }])
    }
  }, 60_000)
})
