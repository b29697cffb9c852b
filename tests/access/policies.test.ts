import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

const EVERY_TOOL = { type: 'tool', filter: 'true' }
const ALLOW = { effect: 'allow', who: 'true', what: 'true' }

async function started(options: object = {}) {
  const facet = await startFacet({ ...WITH_ADMIN, ...options })
  const ids: Record<string, string> = {}
  for (const [name, tags] of [
    ['pay', ['finance', 'danger']],
    ['read_report', ['finance']],
    ['ping', []],
  ] as const) {
    ids[name] = (await facet.ok<{ id: string }>('POST', '/tools', tool(name, { tags }))).id
  }
  return { facet, ids }
}

async function namesFor(facet: TestFacet, key: string, id = 's'): Promise<string[]> {
  const { status, body, text } = await facet.api(
    'GET',
    `/dynamic/${id}/tools`,
    undefined,
    bearer(key),
  )
  expect(status, text).toBe(200)
  return body.tools.map(({ name }: { name: string }) => name)
}

describe('policies over REST', () => {
  it('are made, listed, read, changed, replaced and deleted', async () => {
    const { api, ok } = await startFacet(WITH_ADMIN)
    const made = await api('POST', '/policies', { id: 'p', ...ALLOW })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/policies/p'])
    expect(made.body).toMatchObject({ actions: ['list', 'call', 'read'], origin: 'rest' })
    const unnamed = await ok<{ id: string }>('POST', '/policies', { ...ALLOW, effect: 'deny' })
    expect(unnamed.id).toMatch(/^policy-/)
    const listed = await ok<{ policies: { id: string }[] }>('GET', '/policies')
    expect(listed.policies.map(({ id }) => id)).toEqual(['p', unnamed.id])
    const patched = await api('PATCH', '/policies/p', { server: 's' })
    expect([patched.body.server, patched.headers.get('etag')]).toEqual([['s'], '"2"'])
    const stale = await api('PUT', '/policies/p', ALLOW, { 'if-match': '"1"' })
    expect(stale.body.code).toBe('precondition_failed')
    expect(await ok<object>('PUT', '/policies/p', ALLOW)).not.toHaveProperty('server')
    expect((await api('DELETE', '/policies/p')).status).toBe(204)
    expect((await api('GET', '/policies/p')).status).toBe(404)
    expect((await api('POST', '/policies', { ...ALLOW, id: unnamed.id })).body.code).toBe(
      'id_taken',
    )
  })

  it.each([
    [{ who: "'risk' in caller.group" }, 'who', 17],
    [{ who: "'x' in tags" }, 'who', 7],
    [{ who: '$.tags' }, 'who', 0],
    [{ what: 'tagz' }, 'what', 0],
    [{ what: '$.tags[?' }, 'what', 8],
  ])('are refused with the place of the mistake: %j', async (wrong, path, position) => {
    const { api } = await startFacet(WITH_ADMIN)
    const { status, body } = await api('POST', '/policies', { ...ALLOW, ...wrong })
    expect([status, body.code]).toEqual([400, 'invalid_filter'])
    expect(body.errors[0]).toMatchObject({ path, position })
  })

  it.each([
    [{ actions: [] }, 'actions'],
    [{ actions: ['list'] }, 'actions'],
    [{ actions: ['fly'] }, 'actions[0]'],
    [{ effect: 'maybe' }, 'effect'],
    [{ server: [] }, 'server'],
    [{ who: undefined }, 'who'],
    [{ priority: 1 }, ''],
  ])('are refused as %j', async (wrong, path) => {
    const { api } = await startFacet(WITH_ADMIN)
    const { status, body } = await api('POST', '/policies', { ...ALLOW, ...wrong })
    expect([status, body.errors[0].path]).toEqual([400, path])
  })

  it('outlive the process', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/policies', { id: 'p', ...ALLOW, who: "'risk' in caller.groups" })
    const records = await facet.ok<{ policies: object[] }>('GET', '/policies')
    expect(records.policies).toHaveLength(1)
  })
})

describe('who may use what', () => {
  it('is nobody but administrators until something allows it, once there is a credential', async () => {
    const { facet } = await started()
    const made = await facet.ok<{ access: string }>('POST', '/dynamic', server('s', EVERY_TOOL))
    expect(made.access).toBe('policy')
    const { key } = await userWithKey(facet, 'ada', ['client'])
    expect(await namesFor(facet, key)).toEqual([])
    const all = await facet.ok<{ tools: object[] }>('GET', '/dynamic/s/tools')
    expect(all.tools).toHaveLength(3)
  })

  it('is decided by groups, roles, ids and attributes of the caller; deny wins', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('PATCH', '/users/ada', { groups: ['risk'], attributes: { level: 3 } })
    await facet.ok('POST', '/policies', {
      id: 'finance',
      effect: 'allow',
      who: "'risk' in caller.groups",
      what: "'finance' in tags",
    })
    expect(await namesFor(facet, key)).toEqual(['pay', 'read_report'])
    await facet.ok('POST', '/policies', {
      id: 'careful',
      effect: 'deny',
      who: 'caller.attributes.level < 4',
      what: "'danger' in tags",
    })
    expect(await namesFor(facet, key)).toEqual(['read_report'])
    await facet.ok('POST', '/policies', {
      id: 'ada',
      effect: 'allow',
      who: "caller.id == 'ada'",
      what: "name == 'ping'",
      server: 's',
    })
    expect(await namesFor(facet, key)).toEqual(['read_report', 'ping'].sort())
    await facet.api('DELETE', '/policies/careful')
    expect(await namesFor(facet, key)).toEqual(['pay', 'ping', 'read_report'])
    await facet.ok('PATCH', '/users/ada', { groups: [] })
    expect(await namesFor(facet, key)).toEqual(['ping'])
  })

  it('follows the entries: a tag that is set later is denied at once, also while frozen', async () => {
    const { facet, ids } = await started()
    const open = { access: 'open', cache_ttl: 600 }
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, open))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('POST', '/policies', {
      id: 'p',
      ...ALLOW,
      effect: 'deny',
      what: "'danger' in tags",
    })
    expect(await namesFor(facet, key)).toEqual(['ping', 'read_report'])
    await facet.ok('PATCH', `/tools/${ids.ping}`, { tags: ['danger'] })
    expect(await namesFor(facet, key)).toEqual(['read_report'])
    await facet.api('DELETE', '/policies/p')
    expect(await namesFor(facet, key)).toEqual(['pay', 'ping', 'read_report'])
  })

  it('does not open when the last policy is deleted, whatever it said', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('POST', '/policies', { id: 'p', ...ALLOW, effect: 'deny' })
    await facet.api('DELETE', '/policies/p')
    expect(await namesFor(facet, key)).toEqual([])
  })

  it('does not open by a change of the server, or a step back, that is silent about access', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, { access: 'open' }))
    await facet.ok('PATCH', '/dynamic/s', { access: 'policy', owner: 'eve' })
    const body = server('s', EVERY_TOOL)
    expect((await facet.ok<{ access: string }>('PUT', '/dynamic/s', body)).access).toBe('policy')
    const back = await facet.ok<object>('POST', '/dynamic/s/rollback', { version: 1 })
    expect(back).toMatchObject({ access: 'policy', owner: null })
  })

  it('on an open server is everybody with a credential, but for what is denied', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, { access: 'open' }))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    expect(await namesFor(facet, key)).toEqual(['pay', 'ping', 'read_report'])
    await facet.ok('POST', '/policies', {
      ...ALLOW,
      effect: 'deny',
      actions: ['list'],
      what: "name == 'pay'",
    })
    expect(await namesFor(facet, key)).toEqual(['ping', 'read_report'])
  })

  it('is wider by owners, roles and shares of servers, and by owners and roles of entries', async () => {
    const { facet, ids } = await started()
    const everything = ['pay', 'ping', 'read_report']
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL))
    const { key } = await userWithKey(facet, 'ada', ['client', 'analyst'])
    await facet.ok('PATCH', '/users/ada', { groups: ['risk'] })
    const seen = async (grants: object) => {
      const nothing = { owner: null, roles: [], shares: { read: [], write: [] } }
      await facet.ok('PATCH', '/dynamic/s', { ...nothing, ...grants })
      return namesFor(facet, key)
    }
    expect(await seen({})).toEqual([])
    expect(await seen({ owner: 'ada' })).toEqual(everything)
    expect(await seen({ owner: 'bob' })).toEqual([])
    expect(await seen({ roles: ['analyst'] })).toEqual(everything)
    expect(await seen({ roles: ['chief'] })).toEqual([])
    for (const share of ['user:ada', 'group:risk', 'role:analyst']) {
      expect(await seen({ shares: { read: [share], write: [] } })).toEqual(everything)
      expect(await seen({ shares: { read: [], write: [share] } })).toEqual(everything)
    }
    expect(await seen({ shares: { read: ['user:bob', 'group:ada'], write: [] } })).toEqual([])
    await facet.ok('PATCH', `/tools/${ids.ping}`, { owner: 'ada' })
    expect(await namesFor(facet, key)).toEqual(['ping'])
    await facet.ok('PATCH', `/tools/${ids.pay}`, { roles: ['analyst'] })
    expect(await namesFor(facet, key)).toEqual(['pay', 'ping'])
    await facet.ok('PATCH', `/tools/${ids.ping}`, { owner: null })
    await facet.ok('PATCH', `/tools/${ids.pay}`, { roles: [] })
    expect(await namesFor(facet, key)).toEqual([])
  })

  it('can depend on both the caller and the entry', async () => {
    const { facet, ids } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('PATCH', '/users/ada', { attributes: { area: 'finance' } })
    await facet.ok('POST', '/policies', { ...ALLOW, what: 'any(tags, caller.attributes.area)' })
    expect(await namesFor(facet, key)).toEqual(['pay', 'read_report'])
    await facet.ok('PATCH', `/tools/${ids.pay}`, { tags: [] })
    expect(await namesFor(facet, key)).toEqual(['read_report'])
    await facet.ok('PATCH', '/users/ada', { attributes: { area: 'none' } })
    expect(await namesFor(facet, key)).toEqual([])
  })

  it('is never wider for what a filter cannot decide', async () => {
    const { facet, ids } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('PATCH', '/users/ada', { attributes: { level: 'high' } })
    await facet.ok('PATCH', `/tools/${ids.pay}`, { meta: { cost: 'high' } })
    const who = 'caller.attributes.level > 3'
    const what = 'meta.cost > 3'
    const policy = (effect: string, body: object) =>
      facet.ok('PUT', `/policies/${effect}`, { ...ALLOW, effect, ...body })
    await facet.ok('POST', '/policies', { id: 'allow', ...ALLOW, who })
    expect(await namesFor(facet, key)).toEqual([])
    await policy('allow', { what })
    expect(await namesFor(facet, key)).toEqual([])
    await policy('allow', {})
    const deny = { id: 'deny', ...ALLOW, effect: 'deny' }
    await facet.ok('POST', '/policies', { ...deny, who, what: "name == 'pay'" })
    expect(await namesFor(facet, key)).toEqual(['ping', 'read_report'])
    await policy('deny', { what })
    expect(await namesFor(facet, key)).toEqual(['ping', 'read_report'])
  })

  it('tells nothing of what stands behind a name that may not be used', async () => {
    const { facet } = await started()
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, { max_tools: 1 }))
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.ok('POST', '/policies', { ...ALLOW, what: "name in ['ping', 'read_report']" })
    const { body } = await facet.api('GET', '/dynamic/s/catalog', undefined, bearer(key))
    expect(body.tools.map(({ name }: { name: string }) => name)).toEqual(['ping'])
    expect(body.trimmed.map(({ name }: { name: string }) => name)).toEqual(['read_report'])
    expect(JSON.stringify(body)).not.toContain('pay')
  })
})

describe('entries callers hide', () => {
  it('leave their own lists and stay callable; others see them', async () => {
    const { facet, ids } = await started({ listen: true })
    await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, { access: 'open' }))
    const ada = await userWithKey(facet, 'ada', ['client'])
    const bob = await userWithKey(facet, 'bob', ['client'])
    const hide = (method: string, id: string) =>
      facet.api(method, `/me/hidden/${id}`, undefined, bearer(ada.key))
    expect((await hide('PUT', ids.pay!)).status).toBe(204)
    expect((await hide('PUT', 'whatever')).status).toBe(204)
    const mine = await facet.api('GET', '/me/hidden', undefined, bearer(ada.key))
    expect(mine.body.hidden).toEqual([ids.pay, 'whatever'].sort())
    expect(await namesFor(facet, ada.key)).toEqual(['ping', 'read_report'])
    expect(await namesFor(facet, bob.key)).toEqual(['pay', 'ping', 'read_report'])
    expect((await hide('DELETE', ids.pay!)).status).toBe(204)
    expect(await namesFor(facet, ada.key)).toEqual(['pay', 'ping', 'read_report'])
  })

  it('are forgotten with the entry', async () => {
    const { facet, ids } = await started()
    const { key } = await userWithKey(facet, 'ada', ['client'])
    await facet.api('PUT', `/me/hidden/${ids.pay}`, undefined, bearer(key))
    await facet.api('DELETE', `/tools/${ids.pay}`)
    const mine = await facet.api('GET', '/me/hidden', undefined, bearer(key))
    expect(mine.body.hidden).toEqual([])
  })
})
