import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { tool } from '../../support/bodies.ts'
import { beginSession } from '../../support/both-ways.ts'
import { connectClient, rpc, textOf } from '../../support/mcp.ts'
import { guarded, outcomeOf, PATHS } from './paths.ts'

const BANNED = { kind: 'arguments', what: 'true', deny: [{ pattern: 'rm-rf' }] }

describe('an argument guard', () => {
  it.each(Object.keys(PATHS))('stops what it denies, and nothing else: %s', async (path) => {
    const on = await guarded()
    const { facet, ran } = on
    await facet.ok('POST', '/guards', BANNED)
    const refused = await PATHS[path]!(on, 'rm-rf')
    expect(refused).toEqual({
      text: expect.stringContaining('Rejected: The arguments have a text that is not allowed.'),
      code: 'guard_rejected',
      details: {},
    })
    expect(ran()).toBe(0)
    const passed = await PATHS[path]!(on, 'fine')
    expect(passed.code).toBeUndefined()
    expect(passed.text).toMatch(/fine|completed/)
    expect(ran()).toBe(1)
  })

  it.each(['auto', 'legacy'] as const)('stops watching a resource (%s)', async (mode) => {
    const { facet, url, upstream } = await guarded()
    await facet.ok('POST', '/guards', { ...BANNED, deny: [{ pattern: 'doc' }] })
    const client = await connectClient(url, mode)
    if (mode === 'legacy') {
      const asked = client.subscribeResource({ uri: 'up://doc' })
      await expect(asked).rejects.toMatchObject({ data: { code: 'guard_rejected' } })
    } else {
      const { honoredFilter } = await client.listen({ resourceSubscriptions: ['up://doc'] })
      expect(honoredFilter.resourceSubscriptions ?? []).toEqual([])
    }
    expect(upstream.watched.size).toBe(0)
  })
})

/** What a tool answers, or why it was not called. */
async function calling(guard: object, entry: object = {}) {
  const on = await guarded(WITH_ADMIN, {})
  await on.facet.ok('POST', '/guards', { kind: 'arguments', what: "name == 'remote'", ...guard })
  const id = (await on.facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')).tools
  const remote = id.find(({ name }) => name === 'remote')!
  await on.facet.ok('PATCH', `/tools/${remote.id}`, { tags: ['shell'], ...entry })
  const { key } = await userWithKey(on.facet, 'ada', ['client'])
  await on.facet.ok('PATCH', '/users/ada', { groups: ['ops'] })
  const call = async (args: object, name = 'remote') => {
    const { body } = await rpc(on.url, 'tools/call', { name, arguments: args }, bearer(key))
    return outcomeOf(body as never)
  }
  return { ...on, call, key }
}

describe('the size of arguments', () => {
  it('is counted in characters of their JSON', async () => {
    const { call, ran } = await calling({ max_chars: 100_000 })
    const overhead = '{"input":""}'.length
    const most = await call({ input: 'x'.repeat(100_000 - overhead) })
    expect([most.code, ran()]).toEqual([undefined, 1])
    const more = await call({ input: 'x'.repeat(100_001 - overhead) })
    expect(more.text).toBe('Rejected: Input too large: 100001 characters, at most 100000.')
    expect([more.code, ran()]).toEqual(['guard_rejected', 1])
  })

  it('is counted in bytes', async () => {
    const { call } = await calling({ max_bytes: 20 })
    expect((await call({ a: 'ääääää' })).code).toBeUndefined()
    expect((await call({ a: 'äääääää' })).text).toBe(
      'Rejected: Input too large: 22 bytes, at most 20.',
    )
  })

  it('includes what an override adds, for that is what goes to the source', async () => {
    const { facet, urlOf, key } = await calling({ what: 'true', max_chars: 30 })
    const args = { token: { fixed: 'x'.repeat(40) } }
    const overrides = [{ match: 'pinned', arguments: args }]
    await facet.ok('PATCH', '/dynamic/renaming', { overrides })
    const { body } = await rpc(urlOf('renaming'), 'tools/call', { name: 'pinned' }, bearer(key))
    expect(outcomeOf(body as never).code).toBe('guard_rejected')
  })
})

describe('denied patterns', () => {
  it.each([
    [{ a: { b: ['x', { c: 'do DROP now' }] } }],
    [{ DROP: 1 }],
    [{ a: [[['DROP']]] }],
    [{ a: 'y'.repeat(5_000).concat('DROP') }],
  ])('are found wherever a text is: %#', async (args) => {
    const { call, ran } = await calling({ deny: [{ pattern: 'DROP', message: 'No SQL here.' }] })
    expect((await call(args)).text).toBe('Rejected: No SQL here.')
    expect(ran()).toBe(0)
    expect((await call({ a: 'drop' })).code).toBeUndefined()
  })

  it('are looked for where their path leads', async () => {
    const { call } = await calling({ deny: [{ pattern: '^\\d{16}$', path: '$.card..number' }] })
    expect((await call({ card: [{ number: 4111111111111111 }] })).code).toBe('guard_rejected')
    expect((await call({ card: { number: '4111111111111111' } })).code).toBe('guard_rejected')
    expect((await call({ other: '4111111111111111' })).code).toBeUndefined()
  })

  it('refuse what is too much work to look through', async () => {
    const { call, ran } = await calling({ deny: [{ pattern: '(a|b)*c{20}' }] })
    const { text } = await call({ a: 'ab'.repeat(200_000) })
    expect(text).toBe('Rejected: The arguments take too much work to check; send less.')
    expect(ran()).toBe(0)
  })

  it('refuse what is too much work to find by their path', async () => {
    const { call, ran } = await calling({ deny: [{ pattern: 'x', path: '$..[?@ == 1]' }] })
    const { text } = await call({ a: Array.from({ length: 600_000 }, () => 0) })
    expect(text).toBe('Rejected: The arguments take too much work to check; send less.')
    expect(ran()).toBe(0)
  })

  it('refuse what is nested deeper than anything can be written', async () => {
    const { url, key, ran } = await calling({ deny: [{ pattern: 'x' }], max_chars: 100 })
    const headers = { ...bearer(key), ...(await beginSession(url, {}, bearer(key))) }
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"remote","arguments":{"a":${deep}}}}`,
    })
    expect(await response.text()).toContain('too much work to check')
    expect(ran()).toBe(0)
  })
})

describe('a condition', () => {
  it.each([
    ["arguments.path =~ '^/srv/'", { path: '/srv/a' }, { path: '/etc/passwd' }],
    ["arguments.path =~ '^/srv/'", { path: '/srv/b' }, {}],
    ["arguments.path =~ '^/srv/'", { path: '/srv/c' }, { path: 7 }],
    ["'shell' in entry.tags && arguments.n < 10", { n: 9 }, { n: 10 }],
    ["'ops' in caller.groups && len(arguments.to) <= 2", { to: ['a'] }, { to: ['a', 'b', 'c'] }],
    ["caller.id == 'ada' && !has(arguments.force)", {}, { force: true }],
  ])('must be true: %s', async (condition, good, bad) => {
    const { call, ran } = await calling({ condition, message: 'Not like that.' })
    expect((await call(good)).code).toBeUndefined()
    expect(await call(bad)).toMatchObject({ text: 'Rejected: Not like that.' })
    expect(ran()).toBe(1)
  })
})

describe('where a guard stands', () => {
  it('is decided by entry, caller, server and status', async () => {
    const { facet, call } = await calling({ id: undefined, deny: [{ pattern: 'x' }] })
    const [guard] = (await facet.ok<{ guards: { id: string }[] }>('GET', '/guards')).guards
    const at = `/guards/${guard!.id}`
    const isStopped = async (name?: string) => (await call({ a: 'x' }, name)).code !== undefined
    expect([await isStopped(), await isStopped('pinned')]).toEqual([true, false])
    await facet.ok('PATCH', at, { what: "'shell' in tags" })
    expect([await isStopped(), await isStopped('pinned')]).toEqual([true, false])
    await facet.ok('PATCH', at, { what: 'true' })
    expect([await isStopped(), await isStopped('pinned')]).toEqual([true, true])
    await facet.ok('PATCH', at, { who: "'ops' in caller.groups" })
    expect(await isStopped()).toBe(true)
    await facet.ok('PATCH', at, { who: "'agents' in caller.groups" })
    expect(await isStopped()).toBe(false)
    await facet.ok('PATCH', '/users/ada', { groups: ['agents'] })
    expect(await isStopped()).toBe(true)
    await facet.ok('PATCH', at, { server: ['search'] })
    expect(await isStopped()).toBe(false)
    await facet.ok('PATCH', at, { server: ['search', 's'] })
    expect(await isStopped()).toBe(true)
    await facet.ok('PATCH', at, { status: 'off' })
    expect(await isStopped()).toBe(false)
    await facet.ok('PATCH', at, { status: 'active' })
    expect(await isStopped()).toBe(true)
    await facet.api('DELETE', at)
    expect(await isStopped()).toBe(false)
  })

  it('follows the entries: a tag set later counts for the next call', async () => {
    const { facet, call } = await calling({ what: "'risky' in tags", deny: [{ pattern: 'x' }] })
    expect((await call({ a: 'x' })).code).toBeUndefined()
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    const { id } = tools.find(({ name }) => name === 'remote')!
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['risky'] })
    expect((await call({ a: 'x' })).code).toBe('guard_rejected')
    await facet.ok('PATCH', `/tools/${id}`, { tags: [] })
    expect((await call({ a: 'x' })).code).toBeUndefined()
  })

  it('is before a caller for whom its who cannot be decided, and an entry for which its what cannot', async () => {
    const { facet, call } = await calling({
      what: 'meta.level < 3',
      who: 'caller.attributes.level < 3',
      deny: [{ pattern: 'x' }],
    })
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    const { id } = tools.find(({ name }) => name === 'remote')!
    await facet.ok('PATCH', '/users/ada', { attributes: { level: 'high' } })
    await facet.ok('PATCH', `/tools/${id}`, { meta: { level: 'low' } })
    expect((await call({ a: 'x' })).code).toBe('guard_rejected')
    await facet.ok('PATCH', '/users/ada', { attributes: { level: 5 } })
    expect((await call({ a: 'x' })).code).toBeUndefined()
  })

  it('is before administrators too', async () => {
    const { facet, url } = await guarded()
    await facet.ok('POST', '/guards', BANNED)
    const client = await connectClient(url)
    const result = await client.callTool({ name: 'remote', arguments: { a: 'rm-rf' } })
    expect([result.isError, textOf(result)]).toEqual([
      true,
      'Rejected: The arguments have a text that is not allowed.',
    ])
  })

  it('tells nothing of a tool that is not in the view', async () => {
    const { facet, url } = await guarded()
    await facet.ok('POST', '/guards', BANNED)
    await facet.ok('POST', '/tools', tool('elsewhere', { enabled: false }))
    const { body } = await rpc(url, 'tools/call', { name: 'elsewhere', arguments: { a: 'rm-rf' } })
    expect(body.error?.data).toMatchObject({ code: 'not_found' })
  })
})
