import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

const BEARER = { authorization: `Bearer ${ADMIN_TOKEN}` }

/** Every address of the service, read from its own route table. */
async function routes(): Promise<{ method: string; path: string }[]> {
  const { facet } = await startFacet()
  return facet.app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+(?:\{.*\})?/g, 'x') }))
}

describe('with an admin token', () => {
  it('every route but / (which leads to /admin), /health, /health/ready, /.well-known, /oauth, the files of /admin and signing in wants it, MCP included', async () => {
    const { api } = await startFacet({ settings: { admin_token: ADMIN_TOKEN } })
    const all = await routes()
    expect(all.length).toBeGreaterThan(40)
    const mcp = ['/mcp', '/dynamic/x/mcp'].map((path) => ({ method: 'POST', path }))
    for (const { method, path } of [...all, ...mcp]) {
      const open =
        ['/', '/health', '/health/ready'].includes(path) ||
        /^\/(?:\.well-known\/|oauth\/|admin|session$)/.test(path)
      for (const authorization of ['', 'Bearer wrong', 'Basic eDp5', `Bearer ${ADMIN_TOKEN}x`]) {
        const headers: Record<string, string> = authorization ? { authorization } : {}
        const { status, headers: answered } = await api(method, path, undefined, headers)
        expect([method, path, status === 401]).toEqual([method, path, !open])
        if (!open) expect(answered.get('www-authenticate')).toBe('Bearer')
      }
      const { status } = await api(method, path, undefined, BEARER)
      expect([method, path, status]).not.toEqual([method, path, 401])
    }
  })

  it('no part of the token is told to anybody', async () => {
    const lines: string[] = []
    const { api } = await startFacet({
      settings: { admin_token: ADMIN_TOKEN },
      log: (line) => lines.push(line),
    })
    const { text } = await api('GET', '/tools', undefined, {
      authorization: `Bearer ${ADMIN_TOKEN}x`,
    })
    await api('GET', '/tools', undefined, BEARER)
    expect(lines.length).toBeGreaterThan(0)
    for (const told of [text, lines.join()]) expect(told).not.toContain(ADMIN_TOKEN.slice(0, 12))
  })
})

describe('the Host and Origin of a request', () => {
  it.each([
    ['127.0.0.1:8420', undefined, 200],
    ['localhost', undefined, 200],
    ['[::1]:8420', undefined, 200],
    ['facet.example', undefined, 403],
    ['127.0.0.1.evil.example', undefined, 403],
    ['192.168.1.5', undefined, 403],
    ['localhost', 'http://localhost:3000', 200],
    ['localhost', 'http://127.0.0.1', 200],
    ['localhost', 'https://evil.example', 403],
    ['localhost', 'null', 403],
    ['localhost', 'file://localhost', 403],
    ['localhost', 'http://localhost.evil.example', 403],
  ])('are checked on loopback: %s from %s is %i', async (host, origin, expected) => {
    const { api } = await startFacet()
    for (const path of ['/tools', '/health', '/docs', '/metrics']) {
      const headers: Record<string, string> = origin === undefined ? { host } : { host, origin }
      expect([path, (await api('GET', path, undefined, headers)).status]).toEqual([path, expected])
    }
  })

  it('are those an administrator allows', async () => {
    const admin_token = 'a-token-of-an-administrator'
    const { api } = await startFacet({
      as: admin_token,
      settings: {
        admin_token,
        public_url: 'https://facet.example',
        allowed_hosts: ['inner.example', 'port.example:99'],
        allowed_origins: ['https://app.example'],
      },
    })
    const status = async (host: string, origin?: string) =>
      (await api('GET', '/tools', undefined, origin ? { host, origin } : { host })).status
    expect(await status('facet.example')).toBe(200)
    expect(await status('inner.example:8080')).toBe(200)
    expect(await status('port.example:99')).toBe(200)
    expect(await status('port.example:98')).toBe(403)
    expect(await status('facet.example', 'https://app.example')).toBe(200)
    expect(await status('facet.example', 'https://facet.example')).toBe(200)
    expect(await status('facet.example', 'http://facet.example')).toBe(403)
    expect(await status('facet.example', 'https://app.example.evil.example')).toBe(403)
  })

  it('may be an address when the service listens on more than loopback', async () => {
    const { api } = await startFacet({ settings: { host: '0.0.0.0', admin_token: ADMIN_TOKEN } })
    const status = async (host: string, more: Record<string, string> = {}) =>
      (await api('GET', '/health', undefined, { host, ...more })).status
    expect(await status('10.1.2.3:8420')).toBe(200)
    expect(await status('[fd00::1]')).toBe(200)
    expect(await status('name.example')).toBe(403)
    expect(await status('10.1.2.3', { origin: 'http://localhost:3000' })).toBe(403)
  })
})
