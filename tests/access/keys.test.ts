import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { startFacet } from '../support/facet.ts'

const NONE = { authorization: '' }

describe('an API key', () => {
  it('is shown once, and never again by any route', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const made = await userWithKey(facet, 'ada', ['client'])
    expect(made.key).toMatch(/^facet_[a-z2-7]{10}_[\w-]{43}$/)
    expect(made.key.startsWith(`${made.prefix}_`)).toBe(true)
    const secret = made.key.slice(made.prefix.length + 1)
    for (const path of ['/users', '/users/ada', '/users/ada/keys']) {
      const { text } = await facet.api('GET', path)
      expect(text).toContain('ada')
      expect(text).not.toContain(secret)
      expect(text).not.toContain('digest')
    }
  })

  it('is taken from Authorization, x-api-key and x-apikey, and from no other place', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key } = await userWithKey(facet, 'ada', ['viewer'])
    const status = async (headers: Record<string, string>, path = '/tools') =>
      (await facet.api('GET', path, undefined, { ...NONE, ...headers })).status
    expect(await status(bearer(key))).toBe(200)
    expect(await status({ 'x-api-key': key })).toBe(200)
    expect(await status({ 'x-apikey': key })).toBe(200)
    expect(await status({ authorization: `Basic ${key}` })).toBe(401)
    expect(await status({ authorization: key })).toBe(401)
    expect(await status({ cookie: `api_key=${key}` })).toBe(401)
    expect(await status({}, `/tools?api_key=${key}`)).toBe(401)
    // One credential counts; a good one beside a bad one does not help.
    expect(await status({ ...bearer('wrong'), 'x-api-key': key })).toBe(401)
  })

  it('is not taken with a right beginning and a wrong end', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key, prefix } = await userWithKey(facet, 'ada', ['viewer'])
    const last = key.at(-1) === 'A' ? 'B' : 'A'
    for (const wrong of [key.slice(0, -1) + last, key.slice(0, -1), `${prefix}_`, `${key}x`]) {
      expect((await facet.api('GET', '/tools', undefined, bearer(wrong))).status).toBe(401)
    }
  })

  it('ends when it is revoked, at once, while the other keys of its user go on', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const first = await userWithKey(facet, 'ada', ['viewer'])
    const second = await facet.ok<typeof first>('POST', '/users/ada/keys', {})
    expect((await facet.api('DELETE', `/keys/${first.id}`)).status).toBe(204)
    expect((await facet.api('GET', '/tools', undefined, bearer(first.key))).status).toBe(401)
    expect((await facet.api('GET', '/tools', undefined, bearer(second.key))).status).toBe(200)
    expect((await facet.api('DELETE', `/keys/${first.id}`)).status).toBe(404)
  })

  it('ends at its time', async () => {
    let now = new Date('2030-01-01T00:00:00Z')
    const facet = await startFacet({ ...WITH_ADMIN, now: () => now })
    const { key } = await userWithKey(facet, 'ada', ['viewer'], { expires_in_days: 1 })
    const status = async () => (await facet.api('GET', '/tools', undefined, bearer(key))).status
    now = new Date('2030-01-01T23:59:59Z')
    expect(await status()).toBe(200)
    now = new Date('2030-01-02T00:00:00Z')
    expect(await status()).toBe(401)
    const past = await facet.api('POST', '/users/ada/keys', { expires_at: '2029-12-31T00:00:00Z' })
    expect([past.status, past.body.errors[0].path]).toEqual([400, 'expires_at'])
  })

  it('says when it was used last', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, now: () => new Date('2030-01-01T12:00:00Z') })
    const { key } = await userWithKey(facet, 'ada', ['viewer'])
    const used = async () =>
      (await facet.api('GET', '/users/ada/keys')).body.keys[0].last_used_at as string | null
    expect(await used()).toBeNull()
    await facet.api('GET', '/tools', undefined, bearer(key))
    expect(await used()).toBe('2030-01-01T12:00:00.000Z')
  })

  it('can have fewer roles than its user, never more', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key } = await userWithKey(facet, 'ada', ['viewer', 'editor'], { roles: ['viewer'] })
    expect((await facet.api('GET', '/tools', undefined, bearer(key))).status).toBe(200)
    const write = await facet.api(
      'POST',
      '/tags/apply',
      { filter: 'true', add: ['x'] },
      bearer(key),
    )
    expect([write.status, write.body.code]).toEqual([403, 'forbidden'])
    const more = await facet.api('POST', '/users/ada/keys', { roles: ['admin'] })
    expect([more.status, more.body.errors[0].path]).toEqual([400, 'roles'])
  })

  it('loses what its user loses', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key } = await userWithKey(facet, 'ada', ['viewer', 'admin'], { roles: ['admin'] })
    expect((await facet.api('GET', '/users', undefined, bearer(key))).status).toBe(200)
    await facet.ok('PATCH', '/users/ada', { roles: ['viewer'] })
    expect((await facet.api('GET', '/users', undefined, bearer(key))).status).toBe(403)
    expect((await facet.api('GET', '/me', undefined, bearer(key))).body.roles).toEqual([])
  })

  it('that is limited to servers opens these, and the others do not exist for it', async () => {
    const facet = await startFacet(WITH_ADMIN)
    await serverWithTool(facet, 'mine')
    await serverWithTool(facet, 'theirs')
    const { key } = await userWithKey(facet, 'ada', ['editor'], { servers: ['mine'] })
    const get = (path: string) => facet.api('GET', path, undefined, bearer(key))
    expect((await get('/dynamic/mine/tools')).status).toBe(200)
    expect((await get('/dynamic/mine')).status).toBe(200)
    const theirs = await get('/dynamic/theirs/tools')
    const nobodys = await get('/dynamic/nobodys/tools')
    expect(theirs.status).toBe(404)
    expect(theirs.text).toBe(nobodys.text.replaceAll('nobodys', 'theirs'))
    for (const path of ['/tools', '/dynamic', '/sources', '/dynamic/all/tools']) {
      expect([path, (await get(path)).status]).toEqual([path, path.includes('all') ? 404 : 403])
    }
    expect((await get('/me')).body).toMatchObject({ id: 'ada', servers: ['mine'] })
  })

  it('may be in the address of the MCP endpoint of a server that allows it, and only there', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    await serverWithTool(facet, 'strict')
    await serverWithTool(facet, 'lax', { allow_query_key: true })
    const { key } = await userWithKey(facet, 'ada', ['client'])
    const listed = async (path: string) => {
      const response = await fetch(`${facet.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
      })
      await response.text()
      return response.status
    }
    expect(await listed(`/dynamic/lax/mcp?api_key=${key}`)).toBe(200)
    expect(await listed(`/dynamic/lax/mcp?api_key=${key}x`)).toBe(401)
    expect(await listed(`/dynamic/strict/mcp?api_key=${key}`)).toBe(401)
    expect(await listed(`/mcp?api_key=${key}`)).toBe(401)
    expect((await fetch(`${facet.url}/dynamic/lax/tools?api_key=${key}`)).status).toBe(401)
  })
})
