import { describe, expect, it } from 'vitest'
import { ChangeRights } from '../../src/access/policies/change-rights.ts'
import { policyDefinition } from '../../src/access/policies/definition.ts'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { CALLER, createEngine, record } from '../support/engine.ts'
import { startFacet } from '../support/facet.ts'

const RULE = { type: 'tool', filter: 'true' }
const EVERYBODY = { who: 'true', what: 'true' }
const REVIEWED = { admission: 'review', access: 'open' }

/** A service with editors, and what asks it as one of them. */
async function started(editors: readonly string[] = ['ada']) {
  const facet = await startFacet(WITH_ADMIN)
  const keys = new Map<string, string>()
  for (const id of editors) keys.set(id, (await userWithKey(facet, id, ['editor'])).key)
  const as = (who: string) => (method: string, path: string, body?: unknown) =>
    facet.api(method, path, body, bearer(keys.get(who)!))
  const policy = (body: object) => facet.ok<{ id: string }>('POST', '/policies', body)
  const madeTool = async (name: string, more: object = {}) =>
    (await facet.ok<{ id: string }>('POST', '/tools', tool(name, { ...more }))).id
  return { ...facet, as, ada: as('ada'), policy, madeTool }
}

/** Every way to change a server, the one that ends it last. */
const MANAGING: readonly [string, string, object?][] = [
  ['PATCH', '', { description: 'x' }],
  ['PUT', '', server('s', RULE, REVIEWED)],
  ['POST', '/deactivate'],
  ['POST', '/activate'],
  ['POST', '/refresh'],
  ['POST', '/rollback', { version: 1 }],
  ['POST', '/pending/approve', { all: true }],
  ['POST', '/pending/reject', { all: true }],
  ['POST', '/rejudge', {}],
  ['DELETE', ''],
]

describe('who may change a server', () => {
  it.each(MANAGING)('somebody else with the role is refused: %s %s', async (method, path, body) => {
    const { ok, api, ada } = await started()
    const definition = server('s', RULE, { ...REVIEWED, owner: 'eve' })
    const before = await ok<object>('POST', '/dynamic', definition)
    const answer = await ada(method, `/dynamic/s${path}`, body)
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
    expect((await api('GET', '/dynamic/s')).body).toEqual(before)
  })

  it.each(MANAGING)('whom nothing is in the way of is not: %s %s', async (method, path, body) => {
    const { ok, ada } = await started()
    await ok('POST', '/dynamic', server('s', RULE, REVIEWED))
    expect((await ada(method, `/dynamic/s${path}`, body)).status).not.toBe(403)
  })

  it.each<[Record<string, unknown>, number]>([
    [{}, 200],
    [{ owner: 'ada' }, 200],
    [{ owner: 'eve' }, 403],
    [{ owner: 'eve', shares: { write: ['user:ada'] } }, 200],
    [{ owner: 'eve', shares: { write: ['group:risk'] } }, 200],
    [{ owner: 'eve', shares: { write: ['role:editor'] } }, 200],
    [{ owner: 'eve', shares: { write: ['user:bob'], read: ['user:ada'] } }, 403],
    [{ shares: { write: ['user:bob'] } }, 403],
    [{ owner: 'eve', roles: ['editor'] }, 403],
  ])('is told by its owner and shares: %j', async (grants, status) => {
    const { ok, ada } = await started()
    await ok('PATCH', '/users/ada', { groups: ['risk'] })
    await ok('POST', '/dynamic', server('s', RULE, grants))
    expect((await ada('PATCH', '/dynamic/s', { access: 'open' })).status).toBe(status)
    if (status === 403) return
    await ok('POST', '/policies', { effect: 'deny', actions: ['manage'], ...EVERYBODY })
    expect((await ada('PATCH', '/dynamic/s', { access: 'policy' })).status).toBe(403)
    expect((await ok<{ access: string }>('GET', '/dynamic/s')).access).toBe('open')
    expect(await ok('PATCH', '/dynamic/s', { access: 'policy' })).toMatchObject(grants)
  })

  it('is told by policies that are about managing it', async () => {
    const { ok, ada, policy } = await started()
    await ok('POST', '/dynamic', server('s', RULE, { owner: 'eve' }))
    await ok('POST', '/dynamic', server('t', RULE))
    const change = async (id: string) =>
      (await ada('PATCH', `/dynamic/${id}`, { description: 'x' })).status
    await policy({ effect: 'allow', ...EVERYBODY })
    await policy({ effect: 'allow', actions: ['write'], ...EVERYBODY })
    await policy({ effect: 'allow', actions: ['manage'], ...EVERYBODY, who: "caller.id == 'bob'" })
    await policy({ effect: 'allow', actions: ['manage'], ...EVERYBODY, server: 't' })
    await policy({ effect: 'deny', actions: ['call', 'write'], ...EVERYBODY })
    expect(await change('s')).toBe(403)
    await policy({ effect: 'allow', actions: ['manage'], ...EVERYBODY, server: 's' })
    expect(await change('s')).toBe(200)
    await policy({ effect: 'deny', actions: ['manage'], ...EVERYBODY, server: 't' })
    expect([await change('s'), await change('t')]).toEqual([200, 403])
  })

  it('is nobody of whom a policy cannot decide', async () => {
    const { ok, ada, policy } = await started()
    await ok('PATCH', '/users/ada', { attributes: { level: 'high' } })
    await ok('POST', '/dynamic', server('s', RULE, { owner: 'eve' }))
    await ok('POST', '/dynamic', server('t', RULE, { owner: 'ada' }))
    const undecided = { ...EVERYBODY, who: 'caller.attributes.level > 3', actions: ['manage'] }
    await policy({ effect: 'allow', ...undecided })
    const change = async (id: string) => (await ada('PATCH', `/dynamic/${id}`, {})).status
    expect([await change('s'), await change('t')]).toEqual([403, 200])
    await policy({ effect: 'deny', ...undecided })
    expect(await change('t')).toBe(403)
  })

  it('is settled when the turn of the change has come, not before', async () => {
    const { ok, api, ada } = await started()
    await ok('POST', '/dynamic', server('s', RULE))
    const [taken, late] = await Promise.all([
      api('PATCH', '/dynamic/s', { owner: 'eve' }),
      ada('PATCH', '/dynamic/s', { owner: 'ada' }),
    ])
    const { owner } = await ok<{ owner: string }>('GET', '/dynamic/s')
    expect([taken.status, late.status, owner]).toEqual([200, 403, 'eve'])
  })

  it('is told that a server is not there before anything else', async () => {
    const { ada, policy } = await started()
    await policy({ effect: 'deny', actions: ['manage'], ...EVERYBODY })
    const answer = await ada('PATCH', '/dynamic/nothing', {})
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
  })
})

describe('who may change an entry', () => {
  const changes = (id: string): [string, string, object?][] => [
    ['PATCH', `/tools/${id}`, { description: 'x' }],
    ['PUT', `/tools/${id}`, tool('pay', { description: 'x' })],
    ['PATCH', `/tools/${id}?dry_run=true`, { description: 'x' }],
    ['PUT', `/tools/${id}?dry_run=true`, tool('pay')],
    ['DELETE', `/tools/${id}?dry_run=true`],
    ['POST', '/tags/apply', { filter: "name == 'pay'", add: ['x'] }],
    ['POST', '/tags/apply', { filter: "name == 'pay'", add: ['y'], dry_run: true }],
    ['DELETE', `/tools/${id}`],
  ]

  it('is refused every way to change what is somebody else’s', async () => {
    const { ok, ada, madeTool } = await started()
    const id = await madeTool('pay', { owner: 'eve' })
    const before = await ok('GET', `/tools/${id}`)
    for (const [method, path, body] of changes(id)) {
      const answer = await ada(method, path, body)
      expect([method, path, answer.status, answer.body.code]).toEqual([
        method,
        path,
        403,
        'forbidden',
      ])
    }
    expect(await ok('GET', `/tools/${id}`)).toEqual(before)
  })

  it.each([{ owner: null }, { owner: 'ada' }])('but not of %j', async (owner) => {
    const { ada, madeTool } = await started()
    const id = await madeTool('pay', owner)
    // Replacing without a word of the owner would leave nobody's entry: fine for both.
    for (const [method, path, body] of changes(id)) {
      expect([path, (await ada(method, path, body)).status < 300]).toEqual([path, true])
    }
  })

  it('is told by policies: what they deny outranks the owner, what they allow is enough', async () => {
    const { ada, policy, madeTool } = await started()
    const mine = await madeTool('mine', { owner: 'ada', tags: ['prod'] })
    const other = await madeTool('other', { owner: 'eve', tags: ['test'] })
    const change = async (id: string) =>
      (await ada('PATCH', `/tools/${id}`, { description: 'x' })).status
    await policy({ effect: 'allow', ...EVERYBODY })
    await policy({ effect: 'allow', ...EVERYBODY, actions: ['write'], what: "'prod' in tags" })
    expect([await change(mine), await change(other)]).toEqual([200, 403])
    await policy({ effect: 'allow', ...EVERYBODY, actions: ['write'], what: "'test' in tags" })
    await policy({ effect: 'deny', ...EVERYBODY, actions: ['write'], what: "'prod' in tags" })
    expect([await change(mine), await change(other)]).toEqual([403, 200])
    // Nor can it be brought out of the policy's sight.
    expect((await ada('PATCH', `/tools/${mine}`, { tags: [] })).status).toBe(403)
    expect((await ada('DELETE', `/tools/${mine}`)).status).toBe(403)
    const untag = { filter: 'true', remove: ['prod'] }
    expect((await ada('POST', '/tags/apply', untag)).status).toBe(403)
  })

  it('is never told by what a filter cannot decide', async () => {
    const { ada, policy, madeTool } = await started()
    const meta = { cost: 'high' }
    const mine = await madeTool('mine', { owner: 'ada', meta })
    const other = await madeTool('other', { owner: 'eve', meta })
    const change = async (id: string) => (await ada('PATCH', `/tools/${id}`, {})).status
    const undecided = { ...EVERYBODY, actions: ['write'], what: 'meta.cost > 3' }
    await policy({ effect: 'allow', ...undecided })
    expect([await change(mine), await change(other)]).toEqual([200, 403])
    await policy({ effect: 'deny', ...undecided })
    expect(await change(mine)).toBe(403)
  })

  it('cannot make one, or change one, into what is denied', async () => {
    const { ok, ada, policy, madeTool } = await started()
    const id = await madeTool('pay')
    await policy({ effect: 'deny', ...EVERYBODY, actions: ['write'], what: "'prod' in tags" })
    const wanted = { tags: ['prod'] }
    for (const query of ['', '?dry_run=true']) {
      for (const answer of [
        await ada('POST', `/tools${query}`, tool('new', wanted)),
        await ada('PATCH', `/tools/${id}${query}`, wanted),
        await ada('PUT', `/tools/${id}${query}`, tool('pay', wanted)),
        await ada('POST', `/tags/apply${query}`, { filter: "name == 'pay'", add: ['prod'] }),
      ]) {
        expect(answer.body.code).toBe('forbidden')
      }
    }
    const { tools } = await ok<{ tools: object[] }>('GET', '/tools')
    expect(tools).toMatchObject([{ name: 'pay', tags: [] }])
  })

  it('changes the tags of all that is matched, or of nothing', async () => {
    const { ok, ada, madeTool } = await started()
    const theirs = await madeTool('pay', { owner: 'eve' })
    const free = await madeTool('read')
    const tag = (filter: string) => ada('POST', '/tags/apply', { filter, add: ['x'] })
    const answer = await tag('true')
    expect([answer.status, answer.body.errors]).toEqual([
      403,
      [{ path: 'filter', message: theirs }],
    ])
    expect(await ok('GET', `/tools/${free}`)).toMatchObject({ tags: [] })
    expect((await tag("name == 'read'")).body).toMatchObject({ changed: 1 })
  })
})

describe('policies about changes', () => {
  it.each([
    [{ actions: ['manage'], what: "'x' in tags" }, 'what'],
    [{ actions: ['call', 'manage'], what: "name == 'pay'" }, 'what'],
    [{ actions: ['write'], server: 's' }, 'server'],
  ])('are refused where they would mean nothing: %j', async (wrong, path) => {
    const { api } = await started()
    const body = { effect: 'allow', ...EVERYBODY, ...wrong }
    const answer = await api('POST', '/policies', body)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    expect(answer.body.errors).toMatchObject([{ path }])
  })

  it('that are stored without a meaning allow nothing, and deny', async () => {
    const { catalog, policies } = createEngine()
    catalog.apply({ put: [record('t1', 'pay', { owner: 'eve' })], remove: [] })
    const entry = catalog.get('t1')!
    const shares = { read: [], write: [] }
    const owned = (owner: string) => ({ id: 's', definition: { owner, roles: [], shares } })
    const ada = { ...CALLER, id: 'ada', kind: 'user', roles: ['editor'] } as const
    const rights = new ChangeRights(policies)
    const put = (effect: string, more: object) =>
      policies.put(effect, policyDefinition.parse({ ...EVERYBODY, effect, ...more }), 'rest')
    const odd = { actions: ['manage', 'write'], what: "name == 'pay'", server: 's' }
    await put('allow', odd)
    expect([rights.mayManage(ada, owned('eve')), rights.mayWrite(ada, entry)]).toEqual([
      false,
      false,
    ])
    expect(rights.mayManage(ada, owned('ada'))).toBe(true)
    await put('deny', odd)
    expect(rights.mayManage(ada, owned('ada'))).toBe(false)
    await put('allow', { actions: ['write'] })
    expect(rights.mayWrite(ada, entry)).toBe(false)
    await policies.remove('deny')
    expect(rights.mayWrite(ada, entry)).toBe(true)
  })
})
