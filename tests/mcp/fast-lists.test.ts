import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { ask, beginSession, bothWays, modern } from '../support/both-ways.ts'
import { startFacet } from '../support/facet.ts'

async function served(settings = {}) {
  const facet = await startFacet({ listen: true, settings })
  return { ...facet, mcp: `${facet.url}/dynamic/s/mcp` }
}

const everything = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
  type,
  filter: 'true',
}))

async function filled() {
  const facet = await served()
  await facet.ok('POST', '/tools', tool('add', { title: 'A "quoted" title', tags: ['x'] }))
  const messages = [{ role: 'user', content: { type: 'text', text: 'Hi' } }]
  await facet.ok('POST', '/prompts', { name: 'greet', messages })
  await facet.ok('POST', '/resources', { uri: 'a://1', name: 'one', text: 'x' })
  await facet.ok('POST', '/resource_templates', { uriTemplate: 'a://{x}', name: 'any', text: 'x' })
  await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: everything })
  return facet
}

const METHODS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']

describe('server/discover served from stored bytes', () => {
  it('is the same as the one the SDK makes, before and after a change of the server', async () => {
    const { mcp, ok } = await filled()
    const [fast, long] = await bothWays(mcp, 'server/discover')
    expect(fast).toEqual(long)
    expect(fast.body.result.capabilities).toHaveProperty('prompts')
    const rules = everything.slice(0, 1)
    await ok('PUT', '/dynamic/s', { name: 'Other', instructions: 'Read this.', rules })
    const [after, same] = await bothWays(mcp, 'server/discover')
    expect(after).toEqual(same)
    expect(after.body.result).toMatchObject({ instructions: 'Read this.' })
    expect(after.body.result.capabilities).not.toHaveProperty('prompts')
  })
})

describe('a list served from stored bytes', () => {
  it.for(METHODS)('is the same as the one the SDK makes: %s', async (method) => {
    const { mcp } = await filled()
    const [fast, long] = await bothWays(mcp, method)
    expect(fast).toEqual(long)
    expect(fast.status).toBe(200)
  })

  it('comes in the pages the SDK would give', async () => {
    const facet = await served()
    const tools = Array.from({ length: 1_050 }, (_, i) => tool(`t${String(i).padStart(4, '0')}`))
    await Promise.all(tools.map((body) => facet.ok('POST', '/tools', body)))
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    const [first, long] = await bothWays(facet.mcp, 'tools/list')
    expect(first).toEqual(long)
    const cursor = first.body.result.nextCursor
    const [second, again] = await bothWays(facet.mcp, 'tools/list', { cursor })
    expect(second).toEqual(again)
    expect(second.body.result.tools).toHaveLength(50)
    const [wrong, same] = await bothWays(facet.mcp, 'tools/list', { cursor: 'nonsense' })
    expect(wrong).toEqual(same)
    expect(wrong.body.error.code).toBe(-32602)
  })

  it('is used by sessions too, and only by their owner and server', async () => {
    const { mcp, url, ok } = await filled()
    const session = await beginSession(mcp)
    const list = { jsonrpc: '2.0', id: 'two', method: 'tools/list' }
    const answer = await ask(mcp, list, session)
    expect(answer.type).toBe('application/json')
    expect(answer.body).toMatchObject({ id: 'two', result: { tools: [{ name: 'add' }] } })
    expect(answer.body.result).not.toHaveProperty('ttlMs')
    const ping = await ask(mcp, { jsonrpc: '2.0', id: 3, method: 'ping' }, session)
    expect(ping).toMatchObject({ type: 'application/json', body: { id: 3, result: {} } })
    await ok('POST', '/dynamic', server('other', { type: 'tool', filter: 'true' }))
    expect((await ask(`${url}/dynamic/other/mcp`, list, session)).status).toBe(404)
    expect((await ask(mcp, list, { 'mcp-session-id': 'made-up' })).status).toBe(404)
  })

  it('follows every change at once', async () => {
    const { mcp, ok } = await filled()
    const names = async () => {
      const { body, headers } = modern('tools/list')
      return (await ask(mcp, body, headers)).body.result.tools.map((t: { name: string }) => t.name)
    }
    expect(await names()).toEqual(['add'])
    const made = await ok<{ id: string }>('POST', '/tools', tool('beta'))
    expect(await names()).toEqual(['add', 'beta'])
    await ok('PATCH', `/tools/${made.id}`, { enabled: false })
    expect(await names()).toEqual(['add'])
  })

  it('wants the credential and the Host, like every request', async () => {
    const facet = await served({ admin_token: 'a-token-of-an-administrator' })
    const { body, headers } = modern('tools/list')
    const url = `${facet.url}/mcp`
    expect((await ask(url, body, headers)).status).toBe(401)
    const authorization = 'Bearer a-token-of-an-administrator'
    expect((await ask(url, body, { ...headers, authorization })).status).toBe(200)
    const origin = 'https://evil.example'
    expect((await ask(url, body, { ...headers, authorization, origin })).status).toBe(403)
  })

  it('leaves to the SDK what it has to object to', async () => {
    const { mcp, url } = await filled()
    const { body, headers } = modern('tools/list')
    const wrongMethod = await ask(mcp, body, { ...headers, 'mcp-method': 'prompts/list' })
    expect([wrongMethod.status, wrongMethod.body.error.code]).toEqual([400, -32020])
    for (const version of ['2025-11-25', '2099-01-01']) {
      const other = await ask(mcp, body, { ...headers, 'mcp-protocol-version': version })
      expect([version, other.status, other.body.error.code]).toEqual([version, 400, -32020])
    }
    const noMeta = { ...body, params: {} }
    expect((await ask(mcp, noMeta, headers)).body).toHaveProperty('error')
    expect((await ask(`${url}/dynamic/nobody/mcp`, body, headers)).status).toBe(404)
  })

  it('is counted like every other request, and its pages are stored once', async () => {
    const { mcp, api } = await filled()
    const { body, headers } = modern('tools/list')
    await ask(mcp, body, headers)
    await ask(mcp, body, headers)
    const { text } = await api('GET', '/metrics')
    expect(text).toContain(
      'facet_mcp_requests_total{method="tools/list",era="modern",outcome="ok"} 2',
    )
    expect(text).toContain('facet_view_requests_total{kind="page",result="miss"} 1')
    expect(text).toContain('facet_view_requests_total{kind="page",result="hit"} 1')
    const page = readFileSync('docs/reference/metrics.md', 'utf8')
    expect(page).toContain('`page`')
  })
})
