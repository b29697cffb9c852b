import { describe, expect, it } from 'vitest'
import { ADMIN, serverWithTool, userWithKey } from '../support/accounts.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { rpc } from '../support/mcp.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

const OWN = { 'sec-fetch-site': 'same-origin' }
const HOUR = 60 * 60_000

/** A service with credentials whose requests show none unless a test says so. */
async function closed(options: Parameters<typeof startFacet>[0] = {}) {
  let at = Date.parse('2026-03-01T12:00:00Z')
  const facet = await startFacet({
    settings: { admin_token: ADMIN_TOKEN, ...options.settings },
    ...(options.log ? { log: options.log } : {}),
    now: () => new Date(at),
  })
  const asAdmin: TestFacet = {
    ...facet,
    ok: async <T>(method: string, path: string, body?: unknown) => {
      const answer = await facet.api(method, path, body, ADMIN)
      if (answer.status >= 300) throw new Error(answer.text)
      return answer.body as T
    },
  }
  const signIn = (credential: string, headers: Record<string, string> = OWN) =>
    facet.api('POST', '/session', { credential }, headers)
  const cookieOf = async (credential: string) => {
    const { status, headers } = await signIn(credential)
    expect(status).toBe(201)
    return headers.get('set-cookie')!.split(';')[0]!
  }
  const me = async (cookie: string, headers: Record<string, string> = OWN) =>
    facet.api('GET', '/me', undefined, { cookie, ...headers })
  const pass = (ms: number) => {
    at += ms
  }
  return { ...facet, asAdmin, signIn, cookieOf, me, pass }
}

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and that holds nothing of the credential', async () => {
    const lines: string[] = []
    const { asAdmin, signIn, me } = await closed({ log: (line) => lines.push(line) })
    const { key } = await userWithKey(asAdmin, 'ada', ['viewer'])
    for (const [credential, id] of [
      [ADMIN_TOKEN, 'admin'],
      [key, 'ada'],
    ] as const) {
      const { headers, body, text } = await signIn(credential)
      expect(body.id).toBe(id)
      const cookie = headers.get('set-cookie')!
      expect(cookie).toMatch(
        /^facet_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect((await me(cookie.split(';')[0]!)).body.id).toBe(id)
      const sessionId = cookie.slice('facet_session='.length, 'facet_session='.length + 43)
      for (const secret of [credential, sessionId]) {
        expect(lines.join()).not.toContain(secret)
        expect(text).not.toContain(secret)
      }
      expect(cookie).not.toContain(credential)
    }
  })

  it('over https sets a cookie that is sent over https only', async () => {
    const { signIn, me } = await closed({ settings: { public_url: 'https://facet.example' } })
    const from = { host: 'facet.example', origin: 'https://facet.example' }
    const cookie = (await signIn(ADMIN_TOKEN, from)).headers.get('set-cookie')!
    expect(cookie).toMatch(/^__Host-facet_session=.*; Secure/)
    expect((await me(cookie.split(';')[0]!, from)).body.id).toBe('admin')
  })

  it('with a credential that is not valid is refused, and after ten times for a minute', async () => {
    const { signIn, pass } = await closed()
    for (let i = 0; i < 10; i++) {
      const { status, headers, body } = await signIn('wrong')
      expect([status, body.code]).toEqual([401, 'unauthorized'])
      expect(headers.get('set-cookie')).toBeNull()
    }
    const { status, body } = await signIn(ADMIN_TOKEN)
    expect([status, body.code]).toEqual([429, 'too_many_attempts'])
    pass(60_000)
    expect((await signIn(ADMIN_TOKEN)).status).toBe(201)
  })
})

describe('a session', () => {
  it('ends at once when its key is revoked, and follows the roles of its user', async () => {
    const { asAdmin, api, cookieOf, me } = await closed()
    const { id, key } = await userWithKey(asAdmin, 'ada', ['viewer'])
    const cookie = await cookieOf(key)
    const metrics = () => api('GET', '/metrics', undefined, { cookie, ...OWN })
    expect((await metrics()).status).toBe(403)
    await asAdmin.ok('PATCH', '/users/ada', { roles: ['admin'] })
    expect((await metrics()).status).toBe(200)
    await asAdmin.ok('DELETE', `/keys/${id}`)
    expect((await me(cookie)).status).toBe(401)
  })

  it('ends after an hour without use, and after twelve in any case', async () => {
    const { cookieOf, me, pass } = await closed()
    const idle = await cookieOf(ADMIN_TOKEN)
    pass(HOUR)
    expect((await me(idle)).status).toBe(401)
    const used = await cookieOf(ADMIN_TOKEN)
    for (let passed = 0; passed < 11.5 * HOUR; passed += HOUR / 2) {
      expect((await me(used)).status).toBe(200)
      pass(HOUR / 2)
    }
    expect((await me(used)).status).toBe(200)
    pass(HOUR / 2)
    expect((await me(used)).status).toBe(401)
  })

  it('ends when its browser signs out, and no other does', async () => {
    const { api, cookieOf, me } = await closed()
    const [one, other] = [await cookieOf(ADMIN_TOKEN), await cookieOf(ADMIN_TOKEN)]
    const { status, headers } = await api('DELETE', '/session', undefined, { cookie: one, ...OWN })
    expect([status, headers.getSetCookie().length]).toEqual([204, 2])
    for (const value of headers.getSetCookie()) expect(value).toContain('Max-Age=0')
    expect((await me(one)).status).toBe(401)
    expect((await me(other)).status).toBe(200)
  })

  it('that has ended lists nothing over MCP either, on a real connection', async () => {
    const { asAdmin, facet, api, cookieOf } = await closed()
    await serverWithTool(asAdmin, 'public', { anonymous: true })
    const { url } = await facet.listen()
    const cookie = await cookieOf(ADMIN_TOKEN)
    const _meta = { 'io.modelcontextprotocol/clientInfo': { name: 'page', version: '1' } }
    const list = () => rpc(`${url}/dynamic/public/mcp`, 'tools/list', { _meta }, { ...OWN, cookie })
    expect((await list()).body.result?.tools).toMatchObject([{ name: 'tool_of_public' }])
    await api('DELETE', '/session', undefined, { cookie, ...OWN })
    expect((await list()).status).toBe(401)
  })

  it('that has ended is not taken for nobody where everybody may come in', async () => {
    const { asAdmin, api, cookieOf } = await closed()
    await serverWithTool(asAdmin, 'public', { anonymous: true })
    const cookie = await cookieOf(ADMIN_TOKEN)
    const list = () => api('GET', '/dynamic/public/tools', undefined, { cookie, ...OWN })
    expect((await list()).status).toBe(200)
    await api('DELETE', '/session', undefined, { cookie, ...OWN })
    expect((await list()).status).toBe(401)
  })
})

describe('the cookie of a session', () => {
  const FOREIGN: readonly Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'http://localhost' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'https://app.example' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' },
  ]

  it.each(FOREIGN)('lets no page of another origin read or act: %j', async (headers) => {
    const { asAdmin, api, cookieOf, me } = await closed({
      settings: { allowed_origins: ['https://app.example'] },
    })
    await serverWithTool(asAdmin, 'mine')
    const cookie = await cookieOf(ADMIN_TOKEN)
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    const body = { name: 'Theirs', rules: [{ type: 'tool', filter: 'true' }] }
    const accept = { accept: 'application/json, text/event-stream' }
    for (const { status, text } of [
      await me(cookie, headers),
      await api('GET', '/dynamic', undefined, { cookie, ...headers }),
      await api('POST', '/dynamic', body, { cookie, ...headers }),
      await api('POST', '/dynamic/mine/mcp', message, { cookie, ...accept, ...headers }),
      await api('DELETE', '/dynamic/mine', undefined, { cookie, ...headers }),
      await api('DELETE', '/session', undefined, { cookie, ...headers }),
    ]) {
      expect([401, 403]).toContain(status)
      expect(text).not.toContain('tool_of_mine')
    }
    expect((await me(cookie)).status).toBe(200)
    expect((await asAdmin.ok<{ servers: unknown[] }>('GET', '/dynamic')).servers).toMatchObject([
      { id: 'mine' },
    ])
  })

  it.each(FOREIGN)('is not made for a page of another origin: %j', async (headers) => {
    const { signIn } = await closed({ settings: { allowed_origins: ['https://app.example'] } })
    const answer = await signIn(ADMIN_TOKEN, headers)
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
  })

  it('lets the own pages act, over REST and MCP, also in a browser that says only the origin', async () => {
    const { asAdmin, api, cookieOf } = await closed()
    await serverWithTool(asAdmin, 'mine')
    const cookie = await cookieOf(ADMIN_TOKEN)
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    const accept = { accept: 'application/json, text/event-stream' }
    for (const headers of [OWN, { origin: 'http://127.0.0.1' }]) {
      const listed = await api('POST', '/dynamic/mine/mcp', message, {
        cookie,
        ...accept,
        ...headers,
      })
      expect(listed.text).toContain('tool_of_mine')
      const rules = [{ type: 'tool', filter: 'true' }]
      const made = await api('POST', '/dynamic', { name: 'New', rules }, { cookie, ...headers })
      expect(made.status).toBe(201)
    }
  })

  it('does not count beside a credential of the request', async () => {
    const { asAdmin, cookieOf, me } = await closed()
    const { key } = await userWithKey(asAdmin, 'ada', ['client'])
    const cookie = await cookieOf(ADMIN_TOKEN)
    expect((await me(cookie, { ...OWN, 'x-api-key': key })).body.id).toBe('ada')
    expect((await me(cookie, { ...OWN, 'x-api-key': 'wrong' })).status).toBe(401)
    expect((await me('facet_session=made-up')).status).toBe(401)
  })
})
