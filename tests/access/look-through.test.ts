import { describe, expect, it } from 'vitest'
import type { Explanation, Stage } from '../../src/dynamic/explain/answer.ts'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

const RULE = { type: 'tool', filter: "'finance' in tags" }
const IN_RISK = "'risk' in caller.groups"
const ALLOW = { id: 'risk-pays', effect: 'allow', who: IN_RISK, what: "name == 'pay'" }

async function started(grants: Record<string, unknown> = {}) {
  const facet = await startFacet(WITH_ADMIN)
  for (const name of ['pay', 'refund', 'report']) {
    await facet.ok('POST', '/tools', tool(name, { tags: ['finance'] }))
  }
  await facet.ok('POST', '/dynamic', server('s', RULE, grants))
  await facet.ok('POST', '/policies', ALLOW)
  const { key } = await userWithKey(facet, 'ada', ['client'])
  await facet.ok('PATCH', '/users/ada', { groups: ['risk'], attributes: { level: 7 } })
  const explain = async (name: string, caller?: unknown, headers = {}, id = 's') => {
    const query = new URLSearchParams({ name })
    if (caller !== undefined) {
      query.set('caller', typeof caller === 'string' ? caller : JSON.stringify(caller))
    }
    return facet.api('GET', `/dynamic/${id}/explain?${query}`, undefined, headers)
  }
  return { ...facet, key, explain }
}

const stageOf = <K extends Stage['stage']>({ stages }: Explanation, stage: K) =>
  stages.find((each) => each.stage === stage) as Extract<Stage, { stage: K }>

const namesIn = ({ tools }: { tools: { name: string }[] }) => tools.map(({ name }) => name)

async function keyOf(facet: TestFacet, id: string, role: string) {
  return bearer((await userWithKey(facet, id, [role])).key)
}

describe('an explanation through the eyes of a caller', () => {
  it('says which policy allows or denies the entry, and what each of them read', async () => {
    const { explain, ok } = await started()
    const { body: allowed } = await explain('pay', 'ada')
    expect(allowed).toMatchObject({
      in: true,
      served: true,
      caller: { id: 'ada', groups: ['risk'] },
      summary: "In: rules[0] includes it, the policy 'risk-pays' allows it, listed as 'pay'.",
    })
    expect(stageOf(allowed, 'permit')).toMatchObject({
      passed: true,
      ground: 'allowed',
      policies: [{ id: 'risk-pays', effect: 'allow', who: { met: true, clause: {} } }],
    })
    await ok('POST', '/policies', { id: 'stop', effect: 'deny', who: 'true', what: 'true' })
    const { body: denied } = await explain('pay', 'ada')
    expect(denied).toMatchObject({ in: false, served: false, name: null })
    expect(stageOf(denied, 'permit')).toMatchObject({ passed: false, ground: 'denied' })
    expect(denied.summary).toBe(
      "Out: the policy 'stop' denies it. To let it in: have the policy 'stop' not deny it.",
    )
  })

  it('says that nothing matched means deny, and which allow is nearest', async () => {
    const { explain } = await started()
    const { body } = await explain('refund', 'ada')
    expect(stageOf(body, 'permit')).toMatchObject({
      passed: false,
      ground: 'not_allowed',
      text: 'nothing allows it, and what nothing allows is denied',
      nearest: { policy: 'risk-pays', missing: ['what'] },
    })
    expect(body.nearest.changes).toEqual([
      { on: 'policy', text: "of the policy 'risk-pays', have its what match the entry" },
    ])
    expect(stageOf(body, 'listed').passed).toBe(null)
  })

  it.each([
    ['owner', { owner: 'ada' }, 'the caller owns the server'],
    ['roles', { roles: ['client'] }, 'the server is for a role of the caller'],
    ['read', { shares: { read: ['group:risk'] } }, 'the server is shared with the caller'],
    [
      'write',
      { shares: { write: ['user:ada'] } },
      'the server is shared with the caller, to change it too',
    ],
    ['open', { access: 'open' }, 'the server is open, and no policy denies it'],
  ])('names what else lets the caller in: %s', async (_, grants, text) => {
    const { explain } = await started(grants)
    expect(stageOf((await explain('refund', 'ada')).body, 'permit')).toMatchObject({
      passed: true,
      text,
    })
  })

  it('tells of what the caller hides that it can be used and is not listed', async () => {
    const { explain, api, key } = await started()
    const { body } = await explain('pay', 'ada')
    await api('PUT', `/me/hidden/${body.entry.id}`, undefined, bearer(key))
    const { body: hidden } = await explain('pay', 'ada')
    expect(hidden).toMatchObject({ in: true, name: 'pay' })
    expect(stageOf(hidden, 'hide')).toMatchObject({ passed: false })
    expect(stageOf(hidden, 'listed')).toMatchObject({
      passed: false,
      text: "not listed, and can be used as 'pay'",
    })
    expect(stageOf((await explain('pay', { groups: ['risk'] })).body, 'hide').passed).toBe(true)
  })

  it('counts the budget among what the caller may use', async () => {
    const { explain } = await started({ max_tools: 1 })
    expect((await explain('pay')).body.in).toBe(true)
    const { body } = await explain('report', { id: 'x', groups: ['risk'] })
    expect(stageOf(body, 'permit').passed).toBe(false)
    const { ok } = await startFacet()
    for (const name of ['a', 'b']) await ok('POST', '/tools', tool(name, { tags: ['finance'] }))
    await ok('POST', '/dynamic', server('t', RULE, { max_tools: 1, access: 'policy' }))
    await ok('POST', '/policies', { effect: 'allow', who: IN_RISK, what: "name == 'b'" })
    const caller = JSON.stringify({ groups: ['risk'] })
    const path = `/dynamic/t/explain?name=b&caller=${encodeURIComponent(caller)}`
    expect((await ok<Explanation>('GET', '/dynamic/t/explain?name=b')).in).toBe(false)
    expect((await ok<Explanation>('GET', path)).in).toBe(true)
  })

  it('agrees with what the caller lists, for drafts with what they would list', async () => {
    const { explain, api, ok, key } = await started()
    const listed = await api('GET', '/dynamic/s/tools', undefined, bearer(key))
    expect(namesIn(listed.body)).toEqual(['pay'])
    await ok('POST', '/dynamic', server('d', RULE, { status: 'draft' }))
    for (const name of ['pay', 'refund', 'report']) {
      expect((await explain(name, 'ada')).body.in).toBe(name === 'pay')
      expect((await explain(name, 'ada', {}, 'd')).body).toMatchObject({
        in: name === 'pay',
        served: false,
      })
    }
  })

  it('says without a caller that it depends on who asks, where it does', async () => {
    const { explain, ok } = await started()
    const { body } = await explain('pay')
    expect(body.caller).toBe(null)
    expect(stageOf(body, 'permit')).toMatchObject({ passed: null, depends: true })
    expect(body.summary).toContain('Who sees it depends on the caller')
    await ok('POST', '/dynamic', server('o', RULE, { access: 'open' }))
    expect(stageOf((await explain('pay', undefined, {}, 'o')).body, 'permit')).toEqual({
      stage: 'permit',
      passed: null,
      text: 'the server is open, and nothing is denied',
    })
    await ok('POST', '/policies', { effect: 'deny', who: 'true', what: "name == 'pay'" })
    expect(stageOf((await explain('pay', undefined, {}, 'o')).body, 'permit').depends).toBe(true)
  })

  it('is told whole to administrators, without what users are made of to managers', async () => {
    const facet = await started()
    await facet.ok('PATCH', '/policies/risk-pays', { who: 'caller.attributes.level == 7' })
    const editor = await keyOf(facet, 'eve', 'editor')
    const { status, body } = await facet.explain('pay', 'ada', editor)
    expect([status, body.in]).toEqual([200, true])
    const [policy] = stageOf(body, 'permit').policies!
    expect(policy!.who).toEqual({ met: true })
    expect(policy!.what).toHaveProperty('clause')
    expect(body.caller).toEqual({ id: 'ada', roles: [], groups: [] })
    const madeUp = await facet.explain('pay', { attributes: { level: 7 } }, editor)
    expect(stageOf(madeUp.body, 'permit').policies![0]!.who).toHaveProperty('clause')
    expect((await facet.explain('pay', 'nobody', editor)).status).toBe(404)
  })

  it('is told to others about themselves only, and without reasons', async () => {
    const facet = await started({ owner: 'somebody-else' })
    for (const role of ['viewer', 'editor']) {
      const headers = await keyOf(facet, role, role)
      for (const other of ['ada', 'nobody', { groups: ['risk'] }, { roles: ['admin'] }]) {
        const { status, body } = await facet.explain('pay', other, headers)
        expect([role, other, status, body.code]).toEqual([role, other, 403, 'forbidden'])
      }
      const { body } = await facet.explain('pay', role, headers)
      expect(body).toMatchObject({ in: false, nearest: null })
      expect(stageOf(body, 'permit')).toEqual({
        stage: 'permit',
        passed: false,
        text: 'it is not among what may be used',
      })
      expect(JSON.stringify(body)).not.toContain('risk-pays')
    }
  })

  it('says of a disabled user that they cannot come in', async () => {
    const { explain, ok } = await started()
    await ok('PATCH', '/users/ada', { disabled: true })
    expect(stageOf((await explain('pay', 'ada')).body, 'permit').text).toContain('is disabled')
  })

  it('works for servers that are not saved', async () => {
    const { ok, api } = await started()
    const ask = (definition: object, caller: unknown) =>
      ok<Explanation>('POST', '/explain', { definition, caller, name: 'refund' })
    const definition = { name: 'New', rules: [RULE] }
    expect((await ask(definition, 'ada')).in).toBe(false)
    expect((await ask({ ...definition, access: 'open' }, 'ada')).in).toBe(true)
    expect((await ask({ ...definition, shares: { read: ['group:risk'] } }, 'ada')).in).toBe(true)
    await ok('PATCH', '/policies/risk-pays', { what: 'true', server: 'new' })
    expect((await ask(definition, 'ada')).in).toBe(false)
    expect((await ask({ ...definition, id: 'new' }, 'ada')).in).toBe(true)
    const wrong = { definition, name: 'refund', caller: { role: ['admin'] } }
    expect((await api('POST', '/explain', wrong)).status).toBe(400)
  })

  it.each(['{', '{"roles": "x"}', '{"secret": 1}'])('refuses %s as a caller', async (caller) => {
    const { explain } = await started()
    const { status, body } = await explain('pay', caller)
    expect([status, body.errors[0].path]).toEqual([400, 'caller'])
  })
})

describe('a preview through the eyes of a caller', () => {
  it('lists what that caller would see, and counts what is left out', async () => {
    const { ok, api, key } = await started()
    const body = { rules: [RULE], caller: 'ada' }
    const preview = await ok<{ tools: { name: string; id: string }[]; caller: object }>(
      'POST',
      '/dynamic/preview',
      body,
    )
    expect(namesIn(preview)).toEqual(['pay'])
    expect(preview.caller).toMatchObject({ id: 'ada', not_permitted: { tools: 2 } })
    await api('PUT', `/me/hidden/${preview.tools[0]!.id}`, undefined, bearer(key))
    expect(await ok<object>('POST', '/dynamic/preview', body)).toMatchObject({
      tools: [],
      counts: { tools: 0 },
      caller: { hidden: { tools: 1 } },
    })
  })

  it('of a saved server goes by its access, owner and shares, and compares with their list', async () => {
    const { ok } = await started({ shares: { read: ['user:ada'] } })
    const ask = (caller: unknown) =>
      ok<{ tools: { name: string }[]; diff: { added: object[] } }>('POST', '/dynamic/s/preview', {
        rules: [{ type: 'tool', filter: "name in ['pay', 'ping']" }],
        caller,
      })
    await ok('POST', '/tools', tool('ping'))
    expect(namesIn(await ask('ada'))).toEqual(['pay', 'ping'])
    expect((await ask('ada')).diff).toMatchObject({ added: [{ name: 'ping' }], removed: [{}, {}] })
    const other = await ask({ groups: ['risk'] })
    expect([namesIn(other), other.diff]).toMatchObject([['pay'], { added: [], removed: [] }])
    const stored = await ok<{ tools: { name: string }[] }>('POST', '/dynamic/s/preview', {
      caller: { groups: ['risk'] },
    })
    expect(namesIn(stored)).toEqual(['pay'])
  })

  it('is for whoever may manage the server', async () => {
    const facet = await started({ owner: 'somebody-else' })
    const editor = await keyOf(facet, 'eve', 'editor')
    const viewer = await keyOf(facet, 'vic', 'viewer')
    const ask = async (path: string, body: object, headers: Record<string, string>) =>
      (await facet.api('POST', path, body, headers)).status
    const other = { rules: [RULE], caller: { groups: ['risk'] } }
    expect(await ask('/dynamic/preview', other, editor)).toBe(200)
    expect(await ask('/dynamic/s/preview', other, editor)).toBe(403)
    expect(await ask('/dynamic/preview', other, viewer)).toBe(403)
    expect(await ask('/dynamic/s/preview', { caller: 'vic' }, viewer)).toBe(200)
    const taken = { definition: { id: 's', name: 'S', rules: [RULE] }, caller: 'ada' }
    expect(await ask('/dynamic/preview', taken, editor)).toBe(403)
  })

  it('compares with what whoever may use everything is served when nobody is named', async () => {
    const facet = await started()
    const editor = await keyOf(facet, 'eve', 'editor')
    const { body } = await facet.api('POST', '/dynamic/s/preview', undefined, editor)
    expect(body.diff).toMatchObject({ added: [], removed: [] })
    expect(body).not.toHaveProperty('caller')
  })
})
