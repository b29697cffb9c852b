import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, userWithKey } from '../support/accounts.ts'
import { facetWithOAuth, type OAuthFacet, sourceWith } from '../support/oauth-facet.ts'
import { type OAuthUpstream, startOAuthUpstream } from '../support/oauth-upstream.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { runFacet } from '../support/process.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { authorizationOf, browse, pageOf, signIn } from '../support/sign-in.ts'
import { inState, sourceOf, until } from '../support/wait.ts'

const tokenRequests = ({ asked }: OAuthUpstream) => asked.filter((one) => one === 'POST /token')

async function waiting(options: Parameters<typeof facetWithOAuth>[0] = {}) {
  const upstream = await startOAuthUpstream()
  const started = await facetWithOAuth(options, [upstream])
  await started.facet.ok('POST', '/sources', sourceWith(upstream))
  return { upstream, ...started }
}

async function signedIn() {
  const started = await waiting()
  await signIn(started.facet, 'up')
  return started
}

/** Where the browser comes back to, not opened yet. */
async function wayBack({ facet }: OAuthFacet): Promise<URL> {
  return browse(await pageOf(facet, 'up'), facet.url)
}

function open({ facet }: OAuthFacet, { pathname, search }: URL) {
  return facet.api('GET', pathname + search)
}

describe('a source that somebody signs in for', () => {
  it('says where, comes up when that is done, and calls with the token it got', async () => {
    const started = await waiting()
    const { facet, upstream, call } = started
    const page = new URL(await pageOf(facet, 'up'))
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${facet.url}/oauth/callback`,
      resource: upstream.url,
      scope: 'mcp:use offline_access',
    })
    const answer = await open(started, await wayBack(started))
    expect(answer.text).toContain('The source up is signed in')
    const source = await inState(facet, 'up', 'up')
    expect(authorizationOf(source)).toMatchObject({
      signed_in: true,
      issuer: upstream.issuer,
      scopes: ['mcp:use'],
      sign_in: null,
    })
    expect(await call()).toMatch(/^remote got/)
  })

  it('leads back to where the service listens, also when it found its port only then', async () => {
    const upstream = await startOAuthUpstream()
    const other = await startSdkUpstream('modern')
    const plain = { id: 'plain', transport: { type: 'http', url: other.url } }
    const settings = { port: 0, sources: [sourceWith(upstream), plain] }
    const { facet } = await facetWithOAuth({ settings, listen: false }, [upstream])
    // By then it could have been registered with an address that is not known yet.
    await inState(facet, 'plain', 'up')
    await sleep(1_000)
    const { url } = await facet.facet.listen()
    const page = new URL(await pageOf(facet, 'up'))
    expect(page.searchParams.get('redirect_uri')).toBe(`${url}/oauth/callback`)
  })

  it('shows the address only to those who may change sources', async () => {
    const settings = { admin_token: ADMIN_TOKEN }
    const { facet } = await waiting({ as: ADMIN_TOKEN, settings })
    const url = await pageOf(facet, 'up')
    expect(url).toMatch(/^http:\/\/127/)
    for (const role of ['viewer', 'editor']) {
      const { key } = await userWithKey(facet, role, [role])
      for (const path of ['/sources/up', '/sources']) {
        const { text } = await facet.api('GET', path, undefined, bearer(key))
        expect(text).toContain('"state":"authorization_required"')
        expect(text).not.toContain(new URL(url).searchParams.get('state'))
      }
      const forget = await facet.api('DELETE', '/sources/up/authorization', undefined, bearer(key))
      expect(forget.status).toBe(403)
    }
  })

  it('says where on the command line too, in full', async () => {
    const { facet } = await waiting()
    const url = await pageOf(facet, 'up')
    const { code, out } = await runFacet(['sources', '--server', facet.url])
    expect(code).toBe(0)
    expect(out).toContain('authorization_required')
    expect(out).toContain(`\n${url}\n`)
  })

  it('needs nobody after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-oauth-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const settings = { database: join(folder, 'facet.db') }
    const { facet, upstream } = await waiting({ settings })
    await signIn(facet, 'up')
    const asked = upstream.asked.length
    await facet.facet.close()
    const again = await facetWithOAuth({ settings }, [upstream])
    await inState(again.facet, 'up', 'up')
    expect(await again.call()).toMatch(/^remote got/)
    expect(upstream.asked).toHaveLength(asked)
    // What renews the token was kept as well.
    again.pass(601)
    expect(await again.call()).toMatch(/^remote got/)
  })

  it('renews its tokens, which are others each time, once for all calls that wait', async () => {
    const { upstream, call, pass } = await signedIn()
    for (const round of [1, 2, 3]) {
      pass(601)
      const texts = await Promise.all(Array.from({ length: 10 }, () => call()))
      for (const text of texts) expect(text).toMatch(/^remote got/)
      expect(tokenRequests(upstream)).toHaveLength(1 + round)
    }
    const renewals = upstream.forms.slice(1).map((form) => form.get('refresh_token'))
    expect(new Set(renewals).size).toBe(3)
    expect(upstream.forms.at(-1)!.get('grant_type')).toBe('refresh_token')
  })

  it('is not sent to sign in again because its authorization server is down', async () => {
    const { upstream, facet, call, pass } = await signedIn()
    upstream.failure = 503
    pass(601)
    expect(await call()).toMatch(/503/)
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error!.message).toMatch(/503/)
    upstream.failure = undefined
    await inState(facet, 'up', 'up')
    expect(await call()).toMatch(/^remote got/)
  })

  it('has to be signed in for again when what was granted is taken back', async () => {
    const { upstream, facet, call } = await signedIn()
    await upstream.revokeGrants()
    expect(await call()).toMatch(/An administrator has to sign in/)
    await signIn(facet, 'up')
    expect(await call()).toMatch(/^remote got/)
  })

  it('asks somebody to agree to more scopes, and works on without them meanwhile', async () => {
    const started = await signedIn()
    const { upstream, facet, call } = started
    upstream.needs.set('tools/call', 'mcp:admin')
    expect(await call()).toMatch(/wants the scope "mcp:admin"/)
    const source = await sourceOf(facet, 'up')
    expect(source.status.state).toBe('up')
    const { sign_in } = authorizationOf(source)
    expect(sign_in!.scopes).toContain('mcp:admin')
    await call()
    expect(authorizationOf(await sourceOf(facet, 'up')).sign_in!.url).toBe(sign_in!.url)
    const agreed = await open(started, await browse(sign_in!.url!, facet.url))
    expect(agreed.text).toContain('is signed in')
    expect(await call()).toMatch(/^remote got/)
    expect(authorizationOf(await sourceOf(facet, 'up'))).toMatchObject({
      scopes: expect.arrayContaining(['mcp:use', 'mcp:admin']),
      sign_in: null,
    })
  })

  it('can be signed out, and then is a stranger', async () => {
    const { upstream, facet } = await signedIn()
    const [registered] = upstream.asked.filter((one) => one === 'POST /reg')
    expect(registered).toBeDefined()
    const { status } = await facet.api('DELETE', '/sources/up/authorization')
    expect(status).toBe(204)
    const source = await inState(facet, 'up', 'authorization_required')
    expect(authorizationOf(source).signed_in).toBe(false)
    expect(upstream.asked.filter((one) => one === 'POST /reg')).toHaveLength(2)
    await signIn(facet, 'up')
  })

  it('takes nothing along when it is pointed elsewhere', async () => {
    const { facet, upstream } = await signedIn()
    const other = await startOAuthUpstream()
    const patch = { transport: { type: 'http', url: other.url, auth: { type: 'oauth' } } }
    await facet.ok('PATCH', '/sources/up', patch)
    await inState(facet, 'up', 'authorization_required')
    expect(other.tokens).toEqual([])
    await facet.ok('PATCH', '/sources/up', sourcePatch(upstream))
    await inState(facet, 'up', 'authorization_required')
  })
})

const sourcePatch = (upstream: OAuthUpstream) => ({ transport: sourceWith(upstream).transport })

describe('the way back from an authorization server', () => {
  it('is closed to a state that was never given, and nothing is asked for it', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    for (const state of ['', 'x', 'undefined', `${back.searchParams.get('state')}x`]) {
      const forged = new URL(back)
      forged.searchParams.set('state', state)
      const { status, body } = await open(started, forged)
      expect([status, body.code]).toEqual([400, 'sign_in_unknown'])
    }
    const without = new URL(back)
    without.searchParams.delete('state')
    expect((await open(started, without)).body.code).toBe('sign_in_unknown')
    expect(tokenRequests(started.upstream)).toEqual([])
    expect((await open(started, back)).status).toBe(200)
  })

  it('can be gone once', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    expect((await open(started, back)).status).toBe(200)
    expect((await open(started, back)).body.code).toBe('sign_in_unknown')
    expect(tokenRequests(started.upstream)).toHaveLength(1)
  })

  it('cannot be gone twice at the same time either', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    const answers = await Promise.all([1, 2, 3].map(() => open(started, back)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    expect(tokenRequests(started.upstream)).toHaveLength(1)
  })

  it('is over after a while', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    started.pass(20 * 60 + 1)
    expect((await open(started, back)).body.code).toBe('sign_in_unknown')
    expect(tokenRequests(started.upstream)).toEqual([])
  })

  it('leads to the source it was begun for, not to another', async () => {
    const one = await waiting()
    const other = await startOAuthUpstream()
    await one.facet.ok('POST', '/sources', { ...sourceWith(other), id: 'other' })
    await pageOf(one.facet, 'other')
    await open(one, await wayBack(one))
    await inState(one.facet, 'up', 'up')
    expect((await sourceOf(one.facet, 'other')).status.state).toBe('authorization_required')
    expect(tokenRequests(other)).toEqual([])
  })

  it('redeems no code that comes from another authorization server', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    back.searchParams.set('iss', 'https://elsewhere.example')
    const { status, body } = await open(started, back)
    expect([status, body.code]).toEqual([502, 'sign_in_failed'])
    expect(tokenRequests(started.upstream)).toEqual([])
  })

  it('says what the authorization server said, and a new address is shown', async () => {
    const started = await waiting()
    const before = await pageOf(started.facet, 'up')
    started.upstream.denies = true
    const denied = await open(started, await wayBack(started))
    expect([denied.status, denied.body.code]).toEqual([502, 'sign_in_failed'])
    expect(denied.body.detail).toContain('not today')
    started.upstream.denies = false
    const after = await until('there is another address', async () => {
      const { sign_in } = authorizationOf(await sourceOf(started.facet, 'up'))
      return sign_in?.url && sign_in.url !== before ? sign_in.url : undefined
    })
    const back = await browse(after, started.facet.url)
    expect((await open(started, back)).status).toBe(200)
  })

  it('shows a page to browsers, which repeats nothing as markup and keeps nothing', async () => {
    const started = await waiting()
    const back = await wayBack(started)
    back.search = new URLSearchParams({
      state: back.searchParams.get('state')!,
      iss: back.searchParams.get('iss')!,
      error: 'access_denied',
      error_description: '<script>alert(1)</script>',
    }).toString()
    const answer = await started.facet.facet.app.request(back, {
      headers: { host: '127.0.0.1', accept: 'text/html' },
    })
    const page = await answer.text()
    expect(answer.status).toBe(502)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script>')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('leaves no secret in answers and logs', async () => {
    const started = await waiting()
    const { facet, upstream, lines, call, pass } = started
    const back = await wayBack(started)
    const said = [(await open(started, back)).text]
    await inState(facet, 'up', 'up')
    await call()
    pass(601)
    await call()
    await upstream.revokeGrants()
    await call()
    for (const path of ['/sources', '/sources/up', '/stats', '/health/detailed', '/metrics']) {
      said.push((await facet.api('GET', path)).text)
    }
    const fields = ['code', 'code_verifier', 'refresh_token', 'client_secret']
    const sent = upstream.forms.flatMap((form) => fields.map((name) => form.get(name)))
    const secrets = [...upstream.tokens, ...sent].filter((value) => value !== null)
    expect(secrets.length).toBeGreaterThan(4)
    const shown = [...said, ...lines].join('\n')
    for (const secret of secrets) expect(shown).not.toContain(secret)
  })
})
