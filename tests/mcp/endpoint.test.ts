import { describe, expect, it } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient, readRpc, rpc, toolNames } from '../support/mcp.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { until } from '../support/wait.ts'

const RULE = { type: 'tool', filter: 'true' }
const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

function initialize(protocolVersion = '2025-11-25') {
  const clientInfo = { name: 'raw', version: '1' }
  const params = { protocolVersion, capabilities: {}, clientInfo }
  return { jsonrpc: '2.0', id: 1, method: 'initialize', params }
}

async function served(settings: Record<string, unknown> = {}) {
  const facet = await startFacet({ listen: true, settings })
  return { facet, url: `${facet.url}/dynamic/s/mcp` }
}

async function withServer() {
  const { facet, url } = await served()
  await facet.ok('POST', '/tools', tool('t'))
  await facet.ok('POST', '/dynamic', server('s', RULE))
  return { facet, url }
}

async function startSession(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await post(url, initialize(), headers)
  await response.text()
  return response.headers.get('mcp-session-id')!
}

const PING = { jsonrpc: '2.0', id: 2, method: 'ping' }

describe('an endpoint', () => {
  it('of an unknown server, or of a draft, is 404', async () => {
    const { facet, url } = await served()
    for (const body of [initialize(), PING]) expect((await post(url, body)).status).toBe(404)
    expect((await rpc(url, 'tools/list')).status).toBe(404)
    await facet.ok('POST', '/dynamic', server('s', RULE, { status: 'draft' }))
    expect((await rpc(url, 'tools/list')).status).toBe(404)
    await facet.ok('POST', '/dynamic/s/activate')
    expect((await rpc(url, 'tools/list')).status).toBe(200)
  })

  it('ends its streams and sessions when the server is deactivated or deleted', async () => {
    const { facet, url } = await withServer()
    const sessionId = await startSession(url)
    const modern = await connectClient(url, 'auto', {
      listChanged: { tools: { autoRefresh: false, onChanged: () => undefined } },
    })
    const ended = modern.autoOpenedSubscription!.closed
    await facet.ok('POST', '/dynamic/s/deactivate')
    expect(await ended).not.toBe('local')
    await facet.ok('POST', '/dynamic/s/activate')
    const response = await post(url, PING, { 'mcp-session-id': sessionId })
    expect(response.status).toBe(404)
  })

  it('answers the revision a client asks for, and its own newest for one it does not know', async () => {
    const { url } = await withServer()
    for (const version of ['2025-11-25', '2025-06-18', '2025-03-26']) {
      const { result } = await readRpc(await post(url, initialize(version)))
      expect(result).toMatchObject({ protocolVersion: version })
    }
    const { result } = await readRpc(await post(url, initialize('1999-01-01')))
    expect(result).toMatchObject({ protocolVersion: '2025-11-25' })
  })

  it('serves a single old request without a session', async () => {
    const { url } = await withServer()
    const { result } = await readRpc(
      await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    )
    expect(result).toMatchObject({ tools: [{ name: 't' }] })
  })

  it('refuses what is not JSON, not a message, or too large', async () => {
    const { url } = await withServer()
    expect((await post(url, '{"jsonrpc')).status).toBe(400)
    const plain = await post(url, PING, { 'content-type': 'text/plain' })
    expect(plain.status).toBe(415)
    expect((await post(url, `"${'x'.repeat(5 * 2 ** 20)}"`)).status).toBe(413)
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
  })

  it('refuses a foreign Host and a foreign Origin', async () => {
    const { facet, url } = await withServer()
    const origin = await post(url, PING, { origin: 'https://evil.example' })
    expect(origin.status).toBe(403)
    const local = await post(url, PING, { origin: 'http://localhost:6274' })
    expect(local.status).toBe(200)
    const path = '/dynamic/s/mcp'
    const host = await facet.api('POST', path, PING, { host: 'evil.example' })
    expect([host.status, host.body.code]).toEqual([403, 'forbidden_host'])
  })

  it('says unsupported, wrong or missing headers in the words of 2026-07-28', async () => {
    const { url } = await withServer()
    const mismatch = await rpc(url, 'tools/list', {}, { 'mcp-method': 'tools/call' })
    expect([mismatch.status, mismatch.body.error?.code]).toEqual([400, -32020])
    const version = { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' }
    const unknown = await rpc(
      url,
      'tools/list',
      { _meta: version },
      { 'mcp-protocol-version': '2030-01-01' },
    )
    expect([unknown.status, unknown.body.error?.code]).toEqual([400, -32022])
    const removed = await rpc(url, 'ping')
    expect([removed.status, removed.body.error?.code]).toEqual([404, -32601])
  })
})

describe('a session', () => {
  it('exists only for the server it was made with', async () => {
    const { facet, url } = await withServer()
    await facet.ok('POST', '/dynamic', server('other', RULE))
    const sessionId = await startSession(url)
    const header = { 'mcp-session-id': sessionId }
    expect((await post(url, PING, header)).status).toBe(200)
    const elsewhere = await post(`${facet.url}/dynamic/other/mcp`, PING, header)
    expect(elsewhere.status).toBe(404)
    expect((await post(url, PING, { 'mcp-session-id': 'made-up' })).status).toBe(404)
  })

  it('is not served without the credential it was made with', async () => {
    const { facet, url } = await served({ admin_token: ADMIN_TOKEN })
    const authorization = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const made = await facet.api('POST', '/dynamic', server('s', RULE), authorization)
    expect(made.status).toBe(201)
    const sessionId = await startSession(url, authorization)
    const header = { 'mcp-session-id': sessionId }
    expect((await post(url, PING, header)).status).toBe(401)
    expect((await post(url, PING, { ...header, authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await post(url, PING, { ...header, ...authorization })).status).toBe(200)
  })

  it('ends with DELETE', async () => {
    const { url } = await withServer()
    const header = { 'mcp-session-id': await startSession(url) }
    expect((await fetch(url, { method: 'DELETE', headers: header })).status).toBe(200)
    expect((await post(url, PING, header)).status).toBe(404)
  })

  it('hears on its first stream of what changed before it was open', async () => {
    const { facet, url } = await withServer()
    const header = { 'mcp-session-id': await startSession(url) }
    await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, header)
    await facet.ok('POST', '/tools', tool('new'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const stream = await fetch(url, { headers: { ...header, accept: 'text/event-stream' } })
    const reader = stream.body!.getReader()
    let text = ''
    await until('the announcement arrives', async () => {
      const { value } = await reader.read()
      text += new TextDecoder().decode(value)
      return text.includes('notifications/tools/list_changed')
    })
    await reader.cancel()
  })
})

describe('a server whose tools change between two requests', () => {
  it('answers each request with what is true then', async () => {
    const { facet, url } = await withServer()
    const client = await connectClient(url)
    for (let i = 0; i < 20; i++) {
      await facet.ok('POST', '/tools', tool(`n${String(i).padStart(2, '0')}`))
      expect(await toolNames(client)).toHaveLength(i + 2)
    }
  })
})
