import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, serverWithTool } from '../support/accounts.ts'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { toolNames } from '../support/mcp.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

const BASE = 'https://facet.example'
const MCP = `${BASE}/dynamic/one/mcp`

async function takingOpaque(server: AuthorizationServer, more: Record<string, unknown> = {}) {
  let now = new Date()
  const lines: string[] = []
  const facet = await startFacet({
    as: ADMIN_TOKEN,
    log: (line) => lines.push(line),
    environment: { CLIENT_SECRET: server.resourceServer.clientSecret },
    now: () => now,
    settings: {
      admin_token: ADMIN_TOKEN,
      public_url: BASE,
      auth: {
        introspection: {
          id: 'opaque',
          url: `${server.url}/token/introspection`,
          issuer: server.url,
          client_id: server.resourceServer.clientId,
          client_secret: '${CLIENT_SECRET}',
          claims: { id: 'client_id' },
          ...more,
        },
      },
    },
  })
  await serverWithTool(facet, 'one')
  return { facet, lines, at: (ms: number) => (now = new Date(Date.now() + ms)) }
}

async function statusWith({ facet }: TestFacet, token: string, path = '/dynamic/one/mcp') {
  const response = await facet.app.request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: {
      host: '127.0.0.1',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...bearer(token),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  })
  await response.text()
  return response.status
}

describe('tokens of a real authorization server', () => {
  it.each(['auto', 'legacy'] as const)(
    'are found, asked for and used by the official client, by itself (%s)',
    async (mode) => {
      const server = await startAuthorizationServer('jwt')
      const facet = await startFacet({
        as: ADMIN_TOKEN,
        listen: true,
        settings: {
          admin_token: ADMIN_TOKEN,
          auth: { jwt: [{ id: 'corp', issuer: server.url, jwks_url: `${server.url}/jwks` }] },
        },
      })
      await serverWithTool(facet, 'one', { required_scopes: ['mcp:use'] })
      const authProvider = new ClientCredentialsProvider({
        ...server.agent,
        scope: 'mcp:use',
        expectedIssuer: server.url,
      })
      const url = new URL(`${facet.url}/dynamic/one/mcp`)
      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
      await client.connect(new StreamableHTTPClientTransport(url, { authProvider }))
      onTestFinished(() => client.close())
      expect(await toolNames(client)).toEqual(['tool_of_one'])
    },
  )

  it('are asked about where they say nothing by themselves, and remembered for a while', async () => {
    const server = await startAuthorizationServer('opaque')
    const { facet } = await takingOpaque(server)
    const token = await server.token(MCP)
    expect(token).not.toContain('.')
    expect(await Promise.all([1, 2, 3].map(() => statusWith(facet, token)))).toEqual([
      200, 200, 200,
    ])
    expect(await statusWith(facet, token)).toBe(200)
    expect(server.asked('/token/introspection')).toBe(1)
    expect(await statusWith(facet, await server.token(`${BASE}/dynamic/two/mcp`))).toBe(401)
    const rest = await server.token(BASE)
    const me = await facet.api('GET', '/me', undefined, bearer(rest))
    expect(me.body).toMatchObject({ id: 'opaque:agent', kind: 'token', roles: ['client'] })
  })

  it('that are revoked end, at the latest when what is remembered does', async () => {
    const server = await startAuthorizationServer('opaque')
    const { facet } = await takingOpaque(server, { cache_seconds: 0 })
    const token = await server.token(MCP)
    expect(await statusWith(facet, token)).toBe(200)
    await server.revoke(token)
    expect(await statusWith(facet, token)).toBe(401)
    // A refusal is remembered, briefly: a bad token is not asked about each time.
    const asked = server.asked('/token/introspection')
    expect(await statusWith(facet, token)).toBe(401)
    expect(server.asked('/token/introspection')).toBe(asked)
  })

  it('are not remembered beyond their end', async () => {
    const server = await startAuthorizationServer('opaque', { seconds: 30 })
    const { facet, at } = await takingOpaque(server, { cache_seconds: 300 })
    const token = await server.token(MCP)
    expect(await statusWith(facet, token)).toBe(200)
    at(31_000)
    expect(await statusWith(facet, token)).toBe(401)
  })

  it('let nobody in while the authorization server fails', async () => {
    const server = await startAuthorizationServer('opaque')
    const { facet, lines } = await takingOpaque(server, { timeout_seconds: 1 })
    const token = await server.token(MCP)
    for (const failure of [500, 302, 200]) {
      server.failure = failure
      expect([failure, await statusWith(facet, token)]).toEqual([failure, 401])
    }
    server.failure = undefined
    expect(await statusWith(facet, token)).toBe(200)
    expect(lines.join()).toContain('a token could not be checked')
    for (const secret of [token, server.resourceServer.clientSecret]) {
      expect(lines.join()).not.toContain(secret)
    }
  })

  it('are no business of the authorization server when they are keys of ours', async () => {
    const server = await startAuthorizationServer('opaque')
    const { facet } = await takingOpaque(server)
    const key = `facet_aaaaaaaaaa_${'x'.repeat(43)}`
    expect(await statusWith(facet, key)).toBe(401)
    const header = { authorization: '', 'x-api-key': 'something' }
    expect((await facet.api('GET', '/me', undefined, header)).status).toBe(401)
    expect(server.asked('/token/introspection')).toBe(0)
  })
})
