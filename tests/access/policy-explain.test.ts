import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

const RULE = { type: 'tool', filter: 'true' }

async function started(grants: Record<string, unknown> = {}, entry: object = {}) {
  const facet = await startFacet(WITH_ADMIN)
  const { id } = await facet.ok<{ id: string }>(
    'POST',
    '/tools',
    tool('pay', { tags: ['finance'], ...entry }),
  )
  await facet.ok('POST', '/dynamic', server('s', RULE, grants))
  const { key } = await userWithKey(facet, 'ada', ['client'])
  await facet.ok('PATCH', '/users/ada', { groups: ['risk'] })
  const explain = async (more: object = {}) =>
    (await facet.api('POST', '/policies/explain', { user: 'ada', server: 's', entry: id, ...more }))
      .body
  const listed = async () =>
    (await facet.api('GET', '/dynamic/s/tools', undefined, bearer(key))).body.tools.length === 1
  return { ...facet, id, key, explain, listed }
}

const IN_FINANCE = { effect: 'allow', who: "'risk' in caller.groups", what: "'finance' in tags" }

describe('explaining policies', () => {
  it('shows the clauses of both halves with their values', async () => {
    const { ok, explain } = await started()
    await ok('POST', '/policies', { id: 'p', ...IN_FINANCE, who: `${IN_FINANCE.who} && true` })
    const [policy] = (await explain()).policies
    expect(policy).toMatchObject({
      id: 'p',
      effect: 'allow',
      applies: true,
      who: {
        met: true,
        clause: { clauses: [{ value: 'true', reads: [{ path: 'caller.groups' }] }, {}] },
      },
      what: { met: true, clause: { value: 'true', reads: [{ path: 'tags' }] } },
    })
    expect(JSON.stringify(policy.who.clause)).toContain('risk')
  })

  it.each<[string, boolean, object[], Record<string, unknown>?, object?]>([
    ['not_allowed', false, []],
    ['allowed', true, [IN_FINANCE]],
    ['not_allowed', false, [{ ...IN_FINANCE, who: "'law' in caller.groups" }]],
    ['not_allowed', false, [{ ...IN_FINANCE, actions: ['read'] }]],
    ['not_allowed', false, [{ ...IN_FINANCE, server: 'other' }]],
    ['denied', false, [IN_FINANCE, { effect: 'deny', who: 'true', what: "name == 'pay'" }]],
    ['denied', false, [{ effect: 'deny', who: 'true', what: 'meta.cost > 3' }], { access: 'open' }],
    ['open', true, [], { access: 'open' }],
    ['server_grant', true, [], { owner: 'ada' }],
    ['server_grant', true, [], { shares: { read: ['group:risk'] } }],
    ['entry_grant', true, [], {}, { owner: 'ada' }],
    ['entry_grant', true, [], {}, { roles: ['client'] }],
  ])('says %s, as lists do: %s %j', async (ground, permitted, policies, grants, entry) => {
    const { ok, explain, listed } = await started(grants, { meta: { cost: 'high' }, ...entry })
    for (const policy of policies) await ok('POST', '/policies', policy)
    expect(await explain()).toMatchObject({ ground, permitted })
    expect(await listed()).toBe(permitted)
  })

  it('names the allow that is nearest, and what it misses', async () => {
    const { ok, explain } = await started()
    expect((await explain()).nearest).toBe(null)
    const none = { who: "'law' in caller.groups", what: "'law' in tags" }
    await ok('POST', '/policies', { id: 'a', ...IN_FINANCE, ...none })
    expect((await explain()).nearest).toEqual({ policy: 'a', missing: ['who', 'what'] })
    await ok('POST', '/policies', { id: 'b', ...IN_FINANCE, what: none.what })
    expect((await explain()).nearest).toEqual({ policy: 'b', missing: ['what'] })
  })

  it('can be asked for a caller that is made up, and for the built-in server', async () => {
    const { ok, explain } = await started()
    await ok('POST', '/policies', IN_FINANCE)
    const as = (caller: object) => explain({ user: undefined, caller, server: undefined })
    expect((await as({ groups: ['risk'] })).permitted).toBe(true)
    expect((await as({ groups: ['law'] })).permitted).toBe(false)
    expect((await as({ roles: ['admin'] })).ground).toBe('unbound')
  })

  it('is for administrators, and needs somebody, a server and an entry there are', async () => {
    const { api, id, ok } = await started()
    const ask = (body: object, headers = {}) => api('POST', '/policies/explain', body, headers)
    for (const role of ['viewer', 'editor', 'client']) {
      const { key } = await userWithKey({ ok } as never, role, [role])
      const answer = await ask({ user: 'ada', entry: id }, bearer(key))
      expect([role, answer.status]).toEqual([role, 403])
    }
    expect((await ask({ entry: id })).status).toBe(400)
    expect((await ask({ entry: id, user: 'ada', caller: {} })).status).toBe(400)
    expect((await ask({ entry: id, user: 'nobody' })).status).toBe(404)
    expect((await ask({ entry: 'nothing', user: 'ada' })).status).toBe(404)
    expect((await ask({ entry: id, user: 'ada', server: 'nothing' })).status).toBe(404)
  })
})
