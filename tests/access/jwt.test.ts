import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool } from '../support/accounts.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

const BASE = 'https://facet.example'
const MCP = `${BASE}/dynamic/one/mcp`

interface Setup {
  readonly facet: TestFacet
  readonly issuer: Issuer
}

async function setup(more: Record<string, unknown> = {}, log?: (line: string) => void) {
  const issuer = await startIssuer()
  const facet = await startFacet({
    as: ADMIN_TOKEN,
    ...(log ? { log } : {}),
    settings: {
      admin_token: ADMIN_TOKEN,
      public_url: BASE,
      auth: { jwt: [{ id: 'corp', ...issuer.settings, ...more }] },
    },
  })
  await serverWithTool(facet, 'one')
  return { issuer, facet }
}

/** What the MCP endpoint of a server answers to a list. */
async function listed({ facet }: Pick<Setup, 'facet'>, token: string, path = '/dynamic/one/mcp') {
  const response = await facet.facet.app.request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: {
      host: '127.0.0.1',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...bearer(token),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('a JWT', () => {
  it('lets its subject in where it is meant for, and nowhere else', async () => {
    const { facet, issuer } = await setup()
    await serverWithTool(facet, 'two')
    const token = await issuer.token({ sub: 'ada', aud: [MCP, 'https://other.example'] })
    const good = await listed({ facet }, token)
    expect([good.status, good.text.includes('tool_of_one')]).toEqual([200, true])
    for (const path of ['/dynamic/two/mcp', '/mcp', '/dynamic/nobodys/mcp']) {
      expect([path, (await listed({ facet }, token, path)).status]).toEqual([path, 401])
    }
    expect((await facet.api('GET', '/me', undefined, bearer(token))).status).toBe(401)
    const rest = await issuer.token({ sub: 'ada', aud: BASE })
    const me = await facet.api('GET', '/me', undefined, bearer(rest))
    expect(me.body).toMatchObject({ id: 'corp:ada', kind: 'token', roles: ['client'] })
    expect((await listed({ facet }, rest)).status).toBe(401)
  })

  it('is refused when it is expired, not yet valid, unsigned, forged, or of somebody else', async () => {
    const { facet, issuer } = await setup()
    const now = Math.floor(Date.now() / 1000)
    const claims = { sub: 'ada', aud: MCP }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part({ ...claims, iss: issuer.url, exp: now + 60 })}.`
    const bad: Record<string, string> = {
      expired: await issuer.token({ ...claims, exp: now - 31 }),
      early: await issuer.token({ ...claims, nbf: now + 120 }),
      endless: await issuer.token({ ...claims, exp: undefined }),
      forged: await issuer.token(claims, { forged: true }),
      symmetric: await issuer.token(claims, { alg: 'HS256' }),
      foreign: await issuer.token({ ...claims, iss: 'https://elsewhere.example' }),
      aimless: await issuer.token({ sub: 'ada' }),
      nameless: await issuer.token({ aud: MCP }),
      unsigned,
      broken: 'a.b.c',
    }
    for (const [name, token] of Object.entries(bad)) {
      const { status, text, headers } = await listed({ facet }, token)
      expect([name, status, text.includes(token)]).toEqual([name, 401, false])
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    }
    // Clocks differ a little.
    expect((await listed({ facet }, await issuer.token({ ...claims, exp: now - 5 }))).status).toBe(
      200,
    )
  })

  it('is refused when its signature is of a kind that is not taken', async () => {
    const { facet, issuer } = await setup({ algorithms: ['PS256'] })
    const token = await issuer.token({ sub: 'ada', aud: MCP })
    expect((await listed({ facet }, token)).status).toBe(401)
  })

  it('is mapped to roles, groups and attributes by the configuration, and by nothing else', async () => {
    const { facet, issuer } = await setup({
      claims: {
        id: 'email',
        roles: 'realm_access.roles',
        groups: 'https://example.com/groups',
        attributes: ['department'],
      },
      role_map: { 'facet-editors': ['editor'] },
      default_roles: [],
    })
    const me = async (claims: object) => {
      const token = await issuer.token({ aud: BASE, email: 'ada@example.com', ...claims })
      return (await facet.api('GET', '/me', undefined, bearer(token))).body
    }
    expect(
      await me({
        realm_access: { roles: ['facet-editors', 'admin'] },
        'https://example.com/groups': ['risk', 7],
        department: 'audit',
        roles: ['admin'],
      }),
    ).toMatchObject({
      id: 'corp:ada@example.com',
      roles: ['editor'],
      groups: ['risk'],
      attributes: { department: 'audit' },
    })
    expect(await me({ roles: ['admin'] })).toMatchObject({ roles: [], groups: [] })
  })

  it('is not asked about twice, and strangers’ tokens do not make us fetch keys each time', async () => {
    const { facet, issuer } = await setup()
    const token = await issuer.token({ sub: 'ada', aud: MCP })
    for (let i = 0; i < 3; i++) expect((await listed({ facet }, token)).status).toBe(200)
    for (let i = 0; i < 5; i++) {
      const stranger = await issuer.token({ sub: 'ada', aud: MCP }, { kid: `other${i}` })
      expect((await listed({ facet }, stranger)).status).toBe(401)
    }
    expect(issuer.fetches()).toBe(1)
  })

  it('is refused while its keys cannot be had, and taken when they can', async () => {
    const lines: string[] = []
    const { facet, issuer } = await setup({}, (line) => lines.push(line))
    issuer.failure = 500
    const token = await issuer.token({ sub: 'ada', aud: MCP })
    expect((await listed({ facet }, token)).status).toBe(401)
    expect(lines.join()).toContain('a token could not be checked')
    expect(lines.join()).not.toContain(token.slice(0, 20))
    issuer.failure = undefined
    expect((await listed({ facet }, token)).status).toBe(200)
  })

  it('needs the scopes of a server, and is told which', async () => {
    const { facet, issuer } = await setup()
    await serverWithTool(facet, 'scoped', { required_scopes: ['mcp:use', 'mcp:risk'] })
    const path = '/dynamic/scoped/mcp'
    const aud = BASE + path
    const few = await listed(
      { facet },
      await issuer.token({ sub: 'a', aud, scope: 'mcp:use' }),
      path,
    )
    expect([few.status, JSON.parse(few.text).code]).toEqual([403, 'insufficient_scope'])
    expect(few.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="mcp:use mcp:risk", resource_metadata="${BASE}/.well-known/oauth-protected-resource${path}"`,
    )
    const all = await issuer.token({ sub: 'a', aud, scope: 'mcp:risk x mcp:use' })
    expect((await listed({ facet }, all, path)).status).toBe(200)
  })

  it('tells who comes without one where to get it, whether or not the server exists', async () => {
    const { facet, issuer } = await setup()
    for (const id of ['one', 'nobodys']) {
      const path = `/dynamic/${id}/mcp`
      const { status, headers } = await facet.api('POST', path, {}, { authorization: '' })
      const metadata = `${BASE}/.well-known/oauth-protected-resource${path}`
      expect([status, headers.get('www-authenticate')]).toEqual([
        401,
        `Bearer resource_metadata="${metadata}"`,
      ])
      const { body } = await facet.api('GET', metadata.slice(BASE.length), undefined, {
        authorization: '',
      })
      expect(body).toMatchObject({ resource: BASE + path, authorization_servers: [issuer.url] })
    }
  })
})
