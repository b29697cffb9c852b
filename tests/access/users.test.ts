import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { startFacet } from '../support/facet.ts'

describe('users', () => {
  it('are made, listed, found, changed and deleted', async () => {
    const { api, ok } = await startFacet(WITH_ADMIN)
    const made = await api('POST', '/users', { name: 'Ada Lovelace', groups: ['risk'] })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/users/ada-lovelace'])
    expect(made.body).toMatchObject({ roles: ['client'], groups: ['risk'], disabled: false })
    await ok('POST', '/users', { id: 'bob@example.com', name: 'Bob', attributes: { team: 'x' } })
    const listed = await ok<{ users: { id: string }[] }>('GET', '/users')
    expect(listed.users.map(({ id }) => id)).toEqual(['ada-lovelace', 'bob@example.com'])
    const found = async (q: string) =>
      (await ok<{ users: { id: string }[] }>('GET', `/users?q=${encodeURIComponent(q)}`)).users
        .length
    expect([await found('LOVE'), await found('.*'), await found('example')]).toEqual([1, 0, 1])
    const changed = await api('PATCH', '/users/bob@example.com', { attributes: { team: null } })
    expect([changed.body.attributes, changed.headers.get('etag')]).toEqual([{}, '"2"'])
    const stale = await api('PATCH', '/users/bob@example.com', { name: 'B' }, { 'if-match': '"1"' })
    expect(stale.body.code).toBe('precondition_failed')
    expect((await api('DELETE', '/users/ada-lovelace')).status).toBe(204)
    expect((await api('GET', '/users/ada-lovelace')).status).toBe(404)
  })

  it('come in pages', async () => {
    const { ok } = await startFacet(WITH_ADMIN)
    for (const id of ['c', 'a', 'b']) await ok('POST', '/users', { id, name: id })
    const page = (query: string) =>
      ok<{ users: { id: string }[]; next_cursor?: string }>('GET', `/users?limit=2${query}`)
    const first = await page('')
    expect(first.users.map(({ id }) => id)).toEqual(['a', 'b'])
    const second = await page(`&cursor=${first.next_cursor}`)
    expect([second.users.map(({ id }) => id), second.next_cursor]).toEqual([['c'], undefined])
  })

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', id: 'a b' }, 'id'],
    [{ name: 'x', key: 'mine' }, ''],
    [{ name: 'x', roles: 'admin' }, 'roles'],
  ])('are refused as %j', async (body, path) => {
    const { api } = await startFacet(WITH_ADMIN)
    const { status, body: problem } = await api('POST', '/users', body)
    expect([status, problem.errors[0].path]).toEqual([400, path])
  })

  it.each(['admin', 'local', 'operator', 'anonymous', 'taken'])(
    'cannot take the id %s',
    async (id) => {
      const { api, ok } = await startFacet(WITH_ADMIN)
      await ok('POST', '/users', { id: 'taken', name: 'Taken' })
      expect((await api('POST', '/users', { id, name: 'x' })).body.code).toBe('id_taken')
    },
  )

  it('that are disabled or deleted do not come in any more', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key } = await userWithKey(facet, 'ada', ['viewer'])
    const status = async () => (await facet.api('GET', '/tools', undefined, bearer(key))).status
    await facet.ok('PATCH', '/users/ada', { disabled: true })
    expect(await status()).toBe(401)
    await facet.ok('PATCH', '/users/ada', { disabled: false })
    expect(await status()).toBe(200)
    await facet.api('DELETE', '/users/ada')
    expect(await status()).toBe(401)
    // A new user of the same name has none of the old keys.
    await facet.ok('POST', '/users', { id: 'ada', name: 'Ada', roles: ['viewer'] })
    expect(await status()).toBe(401)
  })

  it('that are reset have one key, a new one', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const old = await userWithKey(facet, 'ada', ['viewer'])
    const { key } = await facet.ok<{ key: string }>('POST', '/users/ada/reset')
    expect((await facet.api('GET', '/tools', undefined, bearer(old.key))).status).toBe(401)
    expect((await facet.api('GET', '/tools', undefined, bearer(key))).status).toBe(200)
    expect((await facet.api('GET', '/users/ada/keys')).body.keys).toHaveLength(1)
  })

  it('learn who they are from /me, and nothing secret', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key, id } = await userWithKey(facet, 'ada', ['no-route-role'])
    const me = await facet.api('GET', '/me', undefined, bearer(key))
    expect(me.body).toMatchObject({
      id: 'ada',
      kind: 'user',
      roles: ['no-route-role'],
      credential: { kind: 'key', id, expires_at: null },
    })
    expect((await facet.api('GET', '/me')).body).toMatchObject({ id: 'admin', kind: 'admin' })
  })
})
