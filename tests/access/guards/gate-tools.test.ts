import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { prompt, tool } from '../../support/bodies.ts'
import { bothWays } from '../../support/both-ways.ts'
import { connectClient, toolNames } from '../../support/mcp.ts'
import { until } from '../../support/wait.ts'
import { guarded } from './paths.ts'

const GATE = ['gate_unlock', 'gate_lock', 'gate_status']
const GROUP = { id: 'shell', kind: 'totp', what: "name == 'remote'", secret: '${TOTP}' }

async function gated(group: object = {}) {
  const secrets = { TOTP: { env: 'TOTP', guards: true } }
  const on = await guarded({ ...WITH_ADMIN, settings: { ...WITH_ADMIN.settings, secrets } })
  const { key } = await userWithKey(on.facet, 'ada', ['client'])
  const headers = bearer(key)
  await on.facet.ok('POST', '/guards', { ...GROUP, ...group })
  const listed = async (server = 's', mode: 'auto' | 'legacy' = 'auto', query = '') => {
    const client = await connectClient(on.urlOf(server) + query, mode, { headers })
    return toolNames(client)
  }
  return { ...on, headers, listed }
}

describe('the tools to unlock groups', () => {
  it.each(['auto', 'legacy'] as const)(
    'are listed first where there is a group (%s)',
    async (mode) => {
      const { listed } = await gated()
      expect(await listed('s', mode)).toEqual([...GATE, 'pinned', 'remote'])
      expect((await listed('search', mode)).filter((name) => !name.includes('_'))).toEqual([
        'pinned',
      ])
      expect((await listed('search', mode)).slice(-4)).toEqual([...GATE, 'pinned'])
      expect(await listed('frozen', mode)).toEqual([...GATE, 'pinned', 'remote'])
    },
  )

  it('are listed alike, whoever answers', async () => {
    const { urlOf, headers } = await gated()
    for (const server of ['s', 'search']) {
      const [fast, long] = await bothWays(urlOf(server), 'tools/list', {}, headers)
      expect(fast).toEqual(long)
      const names = fast.body.result.tools.map(({ name }: { name: string }) => name)
      expect(names).toEqual(expect.arrayContaining(GATE))
    }
  })

  it('leave no entry their names, and explanations, previews and catalogs say so', async () => {
    const { facet } = await gated()
    await facet.ok('POST', '/tools', tool('gate_unlock'))
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    const { id } = tools.find(({ name }) => name === 'gate_unlock')!
    const shadowed = [expect.objectContaining({ id, name: 'gate_unlock', by: 'gate_unlock' })]
    const told = { in: false, served: false, name: null, nearest: { changes: [{ on: 'server' }] } }
    for (const caller of ['', '&caller={"roles":["admin"]}']) {
      const path = `/dynamic/s/explain?entry=${id}${caller}`
      const explained = await facet.ok<{ stages: object[] }>('GET', path)
      expect(explained).toMatchObject(told)
      expect(explained.stages).toContainEqual(
        expect.objectContaining({ stage: 'shadow', passed: false, reserved: true }),
      )
    }
    const preview = await facet.ok<{ tools: object[] }>('POST', '/dynamic/s/preview')
    expect(preview).toMatchObject({ shadowed, warnings: [{ code: 'meta_tool_name' }] })
    expect(preview.tools).not.toContainEqual(expect.objectContaining({ id }))
    expect(await facet.ok('GET', '/dynamic/s/catalog')).toMatchObject({ shadowed })
    await facet.ok('PATCH', '/guards/shell', { status: 'off' })
    const path = `/dynamic/s/explain?entry=${id}`
    expect(await facet.ok('GET', path)).toMatchObject({ in: true, served: true })
    expect(await facet.ok('GET', '/dynamic/s/catalog')).toMatchObject({ shadowed: [] })
  })

  it('leave entries with their names no place in a budget, and count them as shadowed', async () => {
    const { facet } = await gated({ status: 'off' })
    for (const name of ['gate_lock', 'gate_unlock']) await facet.ok('POST', '/tools', tool(name))
    const rules = [
      { type: 'tool', filter: "name =~ 'gate|pinned|remote'", include_federated: true },
    ]
    const few = { access: 'open', rules, max_tools: 2 }
    await facet.ok('POST', '/dynamic', { id: 'few', name: 'Few', ...few })
    await facet.ok('POST', '/dynamic', { id: 'still', name: 'Still', cache_ttl: 600, ...few })
    const shown = async (server: string) => {
      const { tools, shadowed, trimmed } = await facet.ok<Record<string, { name: string }[]>>(
        'GET',
        `/dynamic/${server}/catalog`,
      )
      const [listed, hid, cut] = [tools!, shadowed!, trimmed!].map((list) =>
        list.map(({ name }) => name),
      )
      const { text } = await facet.api('GET', '/metrics')
      const counted = new RegExp(`server_shadowed_entries\\{server="${server}"\\} (\\d+)`).exec(
        text,
      )
      return { listed, hid, cut, counted: Number(counted?.[1]) }
    }
    const without = {
      listed: ['gate_lock', 'gate_unlock'],
      hid: [],
      cut: ['pinned', 'remote'],
      counted: 0,
    }
    const withGroup = {
      listed: ['pinned', 'remote'],
      hid: ['gate_lock', 'gate_unlock'],
      cut: [],
      counted: 2,
    }
    for (const server of ['few', 'still']) expect(await shown(server)).toEqual(without)
    await facet.ok('PATCH', '/guards/shell', { status: 'active' })
    for (const server of ['few', 'still']) expect(await shown(server)).toEqual(withGroup)
    await facet.ok('PATCH', '/guards/shell', { status: 'off' })
    for (const server of ['few', 'still']) expect(await shown(server)).toEqual(without)
  })

  it('do not end the freeze of a server that has no entry with their names', async () => {
    const { facet } = await gated({ status: 'off' })
    const before = await facet.ok<object>('GET', '/dynamic/frozen/tools')
    await facet.ok('POST', '/tools', tool('later'))
    await facet.ok('PATCH', '/guards/shell', { status: 'active' })
    expect(await facet.ok<object>('GET', '/dynamic/frozen/tools')).toEqual(before)
  })

  it('are minded by dry runs: what has their names would be shown nowhere', async () => {
    const { facet } = await gated()
    const few = { access: 'open', rules: [{ type: 'tool', filter: 'true' }], max_tools: 1 }
    await facet.ok('POST', '/dynamic', { id: 'few', name: 'Few', ...few })
    const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('zz'))
    const impactOn = async (method: string, path: string, body?: object) => {
      const { impact } = await facet.ok<{ impact: { servers: { server: string }[] } }>(
        method,
        `${path}?dry_run=true`,
        body,
      )
      return impact.servers.find(({ server }) => server === 'few')
    }
    expect(await impactOn('POST', '/tools', tool('gate_unlock'))).toBeUndefined()
    const { id: other } = await facet.ok<{ id: string }>('POST', '/tools', tool('gate_unlock'))
    expect(await impactOn('PATCH', `/tools/${other}`, { description: 'x' })).toBeUndefined()
    expect(await impactOn('DELETE', `/tools/${id}`)).toMatchObject({
      gains: [],
      loses: [{ id, name: 'zz' }],
    })
    await facet.ok('PATCH', '/guards/shell', { status: 'off' })
    expect(await impactOn('DELETE', `/tools/${other}`)).toMatchObject({
      gains: [{ id }],
      loses: [{ id: other }],
    })
  })

  it.each([
    [{ status: 'off' }],
    [{ server: 'search' }],
    [{ what: "name == 'none'" }],
    [{ who: "'agents' in caller.groups" }],
  ])('are not listed, and are no tools, where nothing has to be unlocked: %j', async (group) => {
    const { listed, urlOf, headers } = await gated(group)
    for (const mode of ['auto', 'legacy'] as const) {
      expect(await listed('s', mode)).toEqual(['pinned', 'remote'])
    }
    const client = await connectClient(urlOf('s'), 'auto', { headers })
    const call = client.callTool({ name: 'gate_status', arguments: {} })
    await expect(call).rejects.toMatchObject({ code: -32602 })
  })

  it('are not listed on a narrowed server that shows nothing of a group', async () => {
    const { listed } = await gated()
    expect(await listed('s', 'auto', "?filter=name=='pinned'")).toEqual(['pinned'])
    expect(await listed('s', 'auto', "?filter=name=='remote'")).toEqual([...GATE, 'remote'])
  })

  it('are not listed to a caller who may not use what is locked', async () => {
    const { listed, facet } = await gated()
    const deny = { effect: 'deny', who: 'true', what: "name == 'remote'" }
    await facet.ok('POST', '/policies', deny)
    expect(await listed('s')).toEqual(['pinned'])
  })

  it.each(['auto', 'legacy'] as const)(
    'are the tools of a server without any (%s)',
    async (mode) => {
      const { facet, listed, urlOf, headers } = await gated({ what: "type == 'prompt'" })
      await facet.ok('POST', '/prompts', prompt('by_hand'))
      const rules = [{ type: 'prompt', filter: 'true' }]
      await facet.ok('POST', '/dynamic', { id: 'words', name: 'Words', access: 'open', rules })
      expect(await listed('words', mode)).toEqual(GATE)
      const client = await connectClient(urlOf('words'), mode, { headers })
      const status = await client.callTool({ name: 'gate_status', arguments: {} })
      expect(status.structuredContent).toEqual({ groups: [{ group: 'shell', locked: true }] })
    },
  )

  it('are called by their own names only', async () => {
    const { urlOf, headers } = await gated()
    const client = await connectClient(urlOf('search'), 'auto', { headers })
    const args = { name: 'gate_status', arguments: {} }
    const result = await client.callTool({ name: 'call_tool', arguments: args })
    expect(JSON.stringify(result)).toContain('gate_status is listed')
  })

  it('are no entry’s: as soon as there is a group, nobody else has their names', async () => {
    const { listed, facet } = await gated({ server: 'search' })
    expect(await listed()).toEqual(['pinned', 'remote'])
    await facet.ok('POST', '/tools', tool('gate_unlock'))
    expect(await listed()).toEqual(['pinned', 'remote'])
    expect((await listed('search')).filter((name) => name === 'gate_unlock')).toHaveLength(1)
    await facet.api('DELETE', '/guards/shell')
    expect(await listed()).toContain('gate_unlock')
  })
})

describe('clients that listen', () => {
  it.each(['auto', 'legacy'] as const)('hear when the tools come and go (%s)', async (mode) => {
    const { facet, urlOf, headers } = await gated({ status: 'off', what: "'danger' in tags" })
    let heard = 0
    const client = await connectClient(urlOf('s'), mode, {
      headers,
      listChanged: { tools: { autoRefresh: false, onChanged: () => void heard++ } },
    })
    const next = async (change: () => Promise<unknown>) => {
      const before = heard
      await change()
      await until('the change is heard of', () => heard > before)
      return toolNames(client)
    }
    expect(await toolNames(client)).toEqual(['pinned', 'remote'])
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    const { id } = tools.find(({ name }) => name === 'remote')!
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['danger'] })
    const changes: [() => Promise<unknown>, boolean][] = [
      [() => facet.ok('PATCH', '/guards/shell', { status: 'active' }), true],
      [() => facet.ok('PATCH', `/tools/${id}`, { tags: [] }), false],
      [() => facet.ok('PATCH', `/tools/${id}`, { tags: ['danger'] }), true],
      [() => facet.ok('PATCH', '/guards/shell', { who: "caller.id == 'bob'" }), false],
      [() => facet.ok('PATCH', '/guards/shell', { who: 'true' }), true],
      [() => facet.api('DELETE', '/guards/shell'), false],
    ]
    for (const [change, has] of changes) {
      expect((await next(change)).includes('gate_unlock')).toBe(has)
    }
  })
  it('of a frozen server hear it when an entry comes to stand in a group', async () => {
    const { facet, urlOf, headers } = await gated({ what: "'danger' in tags" })
    let heard = 0
    const client = await connectClient(urlOf('frozen'), 'legacy', {
      headers,
      listChanged: { tools: { autoRefresh: false, onChanged: () => void heard++ } },
    })
    expect(await toolNames(client)).toEqual(['pinned', 'remote'])
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    const { id } = tools.find(({ name }) => name === 'remote')!
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['danger'] })
    await until('the change is heard of', () => heard > 0)
    expect(await toolNames(client)).toContain('gate_unlock')
  })
})
