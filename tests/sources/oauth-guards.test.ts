import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { facetWithOAuth, PROGRAM, programSource, sourceWith } from '../support/oauth-facet.ts'
import { startOAuthUpstream } from '../support/oauth-upstream.ts'
import { inState } from '../support/wait.ts'

describe('an upstream that names an authorization server', () => {
  it('cannot have the service ask a private address', async () => {
    const upstream = await startOAuthUpstream()
    const { facet } = await facetWithOAuth({ settings: { http_allowed_hosts: [] } })
    await facet.ok('POST', '/sources', sourceWith(upstream))
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/not a public address/)
    expect(upstream.asked).toEqual([])
  })

  it.each(['http://169.254.169.254', 'http://[::1]:9', 'http://localhost:8099', 'file:///etc'])(
    'cannot have it ask %s',
    async (server) => {
      const upstream = await startOAuthUpstream()
      upstream.metadata.authorization_servers = [server]
      const { facet } = await facetWithOAuth()
      await facet.ok('POST', '/sources', sourceWith(upstream))
      const { status } = await inState(facet, 'up', 'down')
      expect(status.last_error!.message).toMatch(/not a public address|no http|Invalid/)
    },
  )

  it('cannot do so by a redirect', async () => {
    const upstream = await startOAuthUpstream()
    const target = await FakeUpstream.start()
    upstream.redirect = target.url.replace('127.0.0.1', 'localhost')
    const { facet } = await facetWithOAuth()
    await facet.ok('POST', '/sources', sourceWith(upstream))
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/not a public address/)
  })

  it('does not get a client that belongs to another', async () => {
    const [upstream, thief] = [
      await startOAuthUpstream({ clients: [PROGRAM] }),
      await startOAuthUpstream(),
    ]
    upstream.metadata.authorization_servers = [thief.issuer]
    const { facet } = await facetWithOAuth({}, [upstream])
    await facet.ok('POST', '/sources', programSource(upstream))
    await inState(facet, 'up', 'down')
    expect(thief.asked.filter((one) => one.startsWith('POST'))).toEqual([])
    expect(upstream.forms).toEqual([])
  })

  it('does not get it either where no host is declared for the secret', async () => {
    const upstream = await startOAuthUpstream({ clients: [PROGRAM] })
    const thief = await startOAuthUpstream()
    upstream.metadata.authorization_servers = [thief.issuer]
    const settings = { secrets: {}, sources: [programSource(upstream)] }
    const { facet } = await facetWithOAuth({ settings })
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/authorization server/i)
    expect(thief.asked.filter((one) => one.startsWith('POST'))).toEqual([])
  })

  it('cannot have a secret sent to a host that it is not declared for', async () => {
    const upstream = await startOAuthUpstream({ clients: [PROGRAM] })
    const thief = await startOAuthUpstream()
    upstream.tokenEndpoint = `${thief.issuer}/token`
    const { facet } = await facetWithOAuth({}, [upstream])
    await facet.ok('POST', '/sources', programSource(upstream))
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/CLIENT_SECRET may not be sent to/)
    expect(thief.asked).toEqual([])
  })

  it.each(['javascript:alert(1)', 'http://login.example/auth'])(
    'cannot have an administrator open %s',
    async (page) => {
      const upstream = await startOAuthUpstream()
      upstream.authorizationEndpoint = page
      const { facet } = await facetWithOAuth()
      await facet.ok('POST', '/sources', sourceWith(upstream))
      await inState(facet, 'up', 'down')
      expect((await facet.api('GET', '/sources/up')).text).not.toContain(page)
    },
  )
})

describe('a source that says nothing of signing in', () => {
  it('is down at an upstream that wants it, and says what to set', async () => {
    const upstream = await startOAuthUpstream()
    const { facet } = await facetWithOAuth()
    const transport = { type: 'http', url: upstream.url }
    await facet.ok('POST', '/sources', { id: 'up', transport })
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/wants a credential \(401\).*transport\.auth/)
    expect(upstream.asked).toEqual([])
  })
})

describe('what a source says of signing in', () => {
  const url = 'https://mcp.example.com/mcp'
  const auth = {
    type: 'oauth',
    grant: 'client_credentials',
    issuer: 'https://login.example.com',
    client_id: 'x',
  }
  const declared = {
    secrets: { DECLARED: { env: 'A', hosts: ['login.example.com'] } },
  }

  it.each([
    [{ ...auth, client_secret: 'abc' }, 'literal_secret', 'transport.auth.client_secret'],
    [{ ...auth, private_key: 'abc' }, 'literal_secret', 'transport.auth.private_key'],
    [{ ...auth, client_secret: '${OTHER}' }, 'unknown_secret', 'transport.auth.client_secret'],
    [
      { ...auth, issuer: 'https://evil.example', client_secret: '${DECLARED}' },
      'unknown_secret',
      'transport.auth.client_secret',
    ],
    [auth, 'invalid_request', 'transport.auth.client_secret'],
    [{ type: 'oauth', client_id: 'x' }, 'invalid_request', 'transport.auth.issuer'],
    [{ type: 'oauth', scopes: ['a b'] }, 'invalid_request', 'transport.auth.scopes[0]'],
    [
      { ...auth, client_secret: '${DECLARED}', private_key: '${DECLARED}' },
      'invalid_request',
      'transport.auth.private_key',
    ],
  ])('is refused when it is %o', async (given, code, path) => {
    const { api } = await startFacet({ settings: declared })
    const { status, body } = await api('POST', '/sources', {
      transport: { type: 'http', url, auth: given },
    })
    expect([status, body.code, body.errors[0].path]).toEqual([400, code, path])
  })

  it('is refused beside a header that says the same', async () => {
    const { api } = await startFacet({ settings: declared })
    const headers = { Authorization: 'Bearer ${DECLARED}' }
    const transport = { type: 'http', url, headers, auth: { type: 'oauth' } }
    const { body } = await api('POST', '/sources', { transport })
    expect([body.code, body.errors[0].path]).toEqual(['invalid_request', 'transport.auth'])
  })

  it('is never shown with a secret that the configuration file has written out', async () => {
    const facet = await startFacet({
      settings: {
        sources: [
          { id: 'up', transport: { type: 'http', url, auth: { ...auth, client_secret: 'abc' } } },
        ],
      },
    })
    const { transport } = await facet.ok<{ transport: { auth: object } }>('GET', '/sources/up')
    expect(transport.auth).toMatchObject({ client_id: 'x', client_secret: '[redacted]' })
  })
})

describe('the document that says what the service is to authorization servers', () => {
  it('is at the address that is its client id, for a service with an https address', async () => {
    const { ok } = await startFacet({
      as: 'x'.repeat(20),
      settings: { public_url: 'https://facet.example/', admin_token: 'x'.repeat(20) },
    })
    expect(await ok('GET', '/oauth/client-metadata.json')).toMatchObject({
      client_id: 'https://facet.example/oauth/client-metadata.json',
      redirect_uris: ['https://facet.example/oauth/callback'],
      token_endpoint_auth_method: 'none',
    })
    const local = await startFacet()
    expect((await local.api('GET', '/oauth/client-metadata.json')).status).toBe(404)
  })
})
