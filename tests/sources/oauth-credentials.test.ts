import { generateKeyPairSync } from 'node:crypto'
import { exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { facetWithOAuth, PROGRAM, programSource, sourceWith } from '../support/oauth-facet.ts'
import { type OAuthUpstream, SECRET, startOAuthUpstream } from '../support/oauth-upstream.ts'
import { authorizationOf } from '../support/sign-in.ts'
import { inState, sourceOf, until } from '../support/wait.ts'

const tokenRequests = ({ asked }: OAuthUpstream) => asked.filter((one) => one === 'POST /token')

async function running(options: Parameters<typeof startOAuthUpstream>[0] = {}, more = {}) {
  const upstream = await startOAuthUpstream({ clients: [PROGRAM], ...options })
  const started = await facetWithOAuth({}, [upstream])
  await started.facet.ok('POST', '/sources', programSource(upstream, more))
  await inState(started.facet, 'up', 'up')
  return { upstream, ...started }
}

describe('a source that signs in by itself', () => {
  it('finds its authorization server, gets a token for the upstream, and calls with it', async () => {
    const { upstream, facet, call } = await running()
    expect(await call()).toMatch(/^remote got/)
    const [form] = upstream.forms
    expect(Object.fromEntries(form!)).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'mcp:use',
      resource: upstream.url,
    })
    expect(authorizationOf(await sourceOf(facet, 'up'))).toMatchObject({
      grant: 'client_credentials',
      signed_in: true,
      issuer: upstream.issuer,
      scopes: ['mcp:use'],
      sign_in: null,
    })
    expect(tokenRequests(upstream)).toHaveLength(1)
  })

  it('can sign in with a private key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { client_secret: _, ...client } = PROGRAM
    const key = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig' }
    const method = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key] } }
    const upstream = await startOAuthUpstream({ clients: [{ ...client, ...method }] })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const { facet, call } = await facetWithOAuth({ environment: { CLIENT_SECRET: pem } }, [
      upstream,
    ])
    const { issuer } = upstream
    const auth = { grant: 'client_credentials', issuer, client_id: 'program' }
    const source = sourceWith(upstream, { ...auth, private_key: '${CLIENT_SECRET}' })
    await facet.ok('POST', '/sources', source)
    await inState(facet, 'up', 'up')
    expect(await call()).toMatch(/^remote got/)
    expect(upstream.forms[0]!.has('client_assertion')).toBe(true)
  })

  it('renews its token when that is over, once for all calls that wait', async () => {
    const { upstream, call, pass } = await running()
    pass(601)
    await Promise.all(Array.from({ length: 10 }, () => call()))
    expect(tokenRequests(upstream)).toHaveLength(2)
    expect(new Set(upstream.tokens).size).toBe(2)
  })

  it('renews its token a little ahead of its end, without keeping calls waiting', async () => {
    const { upstream, call, pass } = await running()
    const [token] = upstream.tokens
    pass(580)
    upstream.failure = 503
    expect(await call()).toMatch(/^remote got/)
    expect(upstream.tokens.at(-1)).toBe(token)
    upstream.failure = undefined
    pass(6)
    await until('there is another token', async () => {
      await call()
      return upstream.tokens.at(-1) !== token
    })
  })

  it('gets another token when the upstream takes the one it has no more', async () => {
    const { upstream, call } = await running()
    await upstream.revoke(upstream.tokens.at(-1)!)
    const texts = await Promise.all(Array.from({ length: 10 }, () => call()))
    for (const text of texts) expect(text).toMatch(/^remote got/)
    expect(tokenRequests(upstream)).toHaveLength(2)
  })

  it('is down while its authorization server is, says why, and comes back with it', async () => {
    const other = await startOAuthUpstream({ clients: [PROGRAM] })
    const upstream = await startOAuthUpstream({ clients: [PROGRAM] })
    const { facet, call } = await facetWithOAuth({}, [upstream, other])
    await facet.ok('POST', '/sources', programSource(upstream))
    await facet.ok('POST', '/sources', { ...programSource(other), id: 'other' })
    await Promise.all([inState(facet, 'up', 'up'), inState(facet, 'other', 'up')])
    upstream.failure = 503
    await upstream.revoke(upstream.tokens.at(-1)!)
    expect(await call()).toMatch(/503/)
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/503/)
    expect((await sourceOf(facet, 'other')).status.state).toBe('up')
    upstream.failure = undefined
    await inState(facet, 'up', 'up')
    expect(await call()).toMatch(/^remote got/)
  })

  it('does not keep the service from stopping while its authorization server hangs', async () => {
    const upstream = await startOAuthUpstream({ clients: [PROGRAM] })
    const { facet } = await facetWithOAuth({ limits: { connectMs: 600_000 } }, [upstream])
    upstream.hangs = true
    await facet.ok('POST', '/sources', programSource(upstream))
    await until('it was asked', () => upstream.asked.length > 0)
    await facet.facet.close()
  })

  it('asks for more scopes when the upstream wants them, and keeps them', async () => {
    const { upstream, facet, call, pass } = await running()
    upstream.needs.set('tools/call', 'mcp:admin')
    expect(await call()).toMatch(/^remote got/)
    expect(await call()).toMatch(/^remote got/)
    expect(tokenRequests(upstream)).toHaveLength(2)
    expect(upstream.forms.at(-1)!.get('scope')).toBe('mcp:use mcp:admin')
    pass(601)
    expect(await call()).toMatch(/^remote got/)
    expect(tokenRequests(upstream)).toHaveLength(3)
    expect(authorizationOf(await sourceOf(facet, 'up')).scopes).toEqual(['mcp:use', 'mcp:admin'])
  })

  it('asks once for scopes it does not get, and stays connected', async () => {
    const { upstream, facet, call } = await running()
    upstream.needs.set('tools/call', 'mcp:everything')
    expect(await call()).toMatch(/mcp:everything/)
    const before = upstream.asked.length
    expect(await call()).toMatch(/mcp:everything/)
    expect(upstream.asked.length - before).toBe(0)
    expect((await sourceOf(facet, 'up')).status.state).toBe('up')
  })

  it('asks for no more than the scopes it is given', async () => {
    const { upstream, call } = await running({}, { scopes: ['mcp:use'] })
    upstream.needs.set('tools/call', 'mcp:admin')
    expect(await call()).toMatch(/wants the scope "mcp:admin"; source up asks for its own scopes/)
    expect(tokenRequests(upstream)).toHaveLength(1)
  })

  it('shows its secrets nowhere, even if everybody repeats them', async () => {
    const upstream = await startOAuthUpstream({ clients: [PROGRAM] })
    const { facet, call, lines } = await facetWithOAuth({}, [upstream])
    upstream.echo = true
    await facet.ok('POST', '/sources', programSource(upstream))
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toContain('[redacted]')
    upstream.echo = false
    await inState(facet, 'up', 'up')
    const [token] = upstream.tokens
    await upstream.revoke(token!)
    upstream.failure = 500
    const said = [await call()]
    for (const path of ['/sources', '/sources/up', '/stats', '/health/detailed', '/metrics']) {
      said.push((await facet.api('GET', path)).text)
    }
    const shown = [...said, ...lines].join('\n')
    expect(token!.length).toBeGreaterThan(20)
    for (const secret of [SECRET, btoa(`program:${SECRET}`), ...upstream.tokens]) {
      expect(shown).not.toContain(secret)
    }
    upstream.failure = undefined
    await inState(facet, 'up', 'up')
    upstream.upstream.call = async () => {
      throw new Error(`neither ${token} nor ${upstream.tokens.at(-1)}`)
    }
    await expect(call()).rejects.toThrow('neither [redacted] nor [redacted]')
    const { transport } = await sourceOf(facet, 'up')
    expect(transport.auth).toMatchObject({ client_secret: '${CLIENT_SECRET}' })
  })
})
