import { describe, expect, it } from 'vitest'
import { prompt, server, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { federate } from '../support/federated.ts'
import { impactFor, type ServerImpact } from './impact/impact.ts'

interface Made {
  readonly id: string
}

const tagged = (tag: string) => ({ type: 'tool', filter: `'${tag}' in tags` })
const none = { gains: [], loses: [], changes: [] }

/** Two servers over tags, and one tool on the first of them. */
async function twoServers(): Promise<TestFacet & { id: string }> {
  const facet = await startFacet()
  await facet.ok('POST', '/dynamic', server('xs', tagged('x')))
  await facet.ok('POST', '/dynamic', server('ys', tagged('y')))
  const { id } = await facet.ok<Made>('POST', '/tools', tool('a', { tags: ['x'] }))
  return { ...facet, id }
}

const byServer = (servers: readonly ServerImpact[]) =>
  Object.fromEntries(servers.map(({ server: id, ...rest }) => [id, rest]))

describe('?dry_run=true of an entry', () => {
  it('says which servers gain and lose it, and the tokens, and writes nothing', async () => {
    const { api, ok, id } = await twoServers()
    const before = await ok('GET', `/tools/${id}`)
    const { status, body } = await api('PATCH', `/tools/${id}?dry_run=true`, { tags: ['y'] })
    expect([status, body.dry_run, body.entry.tags]).toEqual([200, true, ['y']])
    const entry = { id, type: 'tool', name: 'a', source: 'manual' }
    const servers = byServer(body.impact.servers)
    expect(servers).toMatchObject({
      xs: { ...none, loses: [entry], counts: { gains: 0, loses: 1, changes: 0 } },
      ys: { ...none, gains: [entry], tokens: { before: 0 } },
    })
    const tokens = servers.ys!.tokens.after
    expect(servers.ys!.tokens.difference).toBe(tokens)
    expect(servers.xs!.tokens).toEqual({ before: tokens, after: 0, difference: -tokens })
    // The built-in server shows the tool before and after.
    expect([body.impact.unaffected, body.impact.failed]).toEqual([1, []])
    expect(await ok('GET', `/tools/${id}`)).toEqual(before)
    expect((await ok<{ tools: object[] }>('GET', '/dynamic/xs/tools')).tools).toHaveLength(1)
  })

  it('tells what looks different from what does not', async () => {
    const { id, ok } = await twoServers()
    const described = await ok<{ impact: { servers: ServerImpact[] } }>(
      'PATCH',
      `/tools/${id}?dry_run=true`,
      { description: 'Longer than before' },
    )
    const servers = byServer(described.impact.servers)
    expect(Object.keys(servers)).toEqual(['xs', 'all'])
    expect(servers.xs).toMatchObject({ ...none, changes: [{ id }] })
    expect(servers.xs!.tokens.difference).toBeGreaterThan(0)
    const owned = await ok('PATCH', `/tools/${id}?dry_run=true`, { owner: 'u1' })
    expect(owned).toMatchObject({ entry: { owner: 'u1' }, impact: { servers: [], unaffected: 3 } })
  })

  it('works for posting, replacing and deleting, of every noun', async () => {
    const { api, ok, id } = await twoServers()
    const post = await api('POST', '/tools?dry_run=true', tool('b', { tags: ['y'] }))
    expect([post.status, post.headers.get('location')]).toEqual([200, null])
    expect(byServer(post.body.impact.servers)).toMatchObject({ ys: { gains: [{ name: 'b' }] } })
    const put = await api('PUT', `/tools/${id}?dry_run=true`, tool('a'))
    expect(byServer(put.body.impact.servers)).toMatchObject({ xs: { loses: [{ id }] } })
    const gone = await api('DELETE', `/tools/${id}?dry_run=true`)
    expect([gone.status, gone.body.entry.id]).toEqual([200, id])
    expect(byServer(gone.body.impact.servers)).toMatchObject({
      xs: { loses: [{ id }] },
      all: { loses: [{ id }] },
    })
    const greet = await api('POST', '/prompts?dry_run=true', prompt('greet'))
    expect(byServer(greet.body.impact.servers)).toMatchObject({ all: { gains: [{}] } })
    const { tools } = await ok<{ tools: Made[] }>('GET', '/tools')
    expect(tools.map((each) => each.id)).toEqual([id])
  })

  it('refuses what the write would refuse, and a dry_run that is neither true nor false', async () => {
    const { api, ok, id } = await twoServers()
    const path = `/tools/${id}?dry_run=true`
    const stale = await api('PATCH', path, { owner: 'u' }, { 'if-match': '"9"' })
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed'])
    expect((await api('DELETE', path, undefined, { 'if-match': '"9"' })).status).toBe(412)
    expect((await api('POST', '/tools?dry_run=true', tool('a'))).body.code).toBe('name_taken')
    expect((await api('PATCH', path, { surprise: 1 })).body.code).toBe('invalid_request')
    expect((await api('DELETE', '/tools/tool_none?dry_run=true')).status).toBe(404)
    expect((await api('DELETE', `/tools/${id}?dry_run=yes`)).status).toBe(400)
    expect(await ok('GET', `/tools/${id}`)).toMatchObject({ owner: null })
  })

  it('counts what comes out from behind a budget', async () => {
    const { ok } = await startFacet()
    for (const name of ['a', 'b', 'c']) await ok('POST', '/tools', tool(name, { tags: ['x'] }))
    await ok('POST', '/dynamic', server('two', tagged('x'), { max_tools: 2 }))
    const { tools } = await ok<{ tools: Made[] }>('GET', '/tools')
    const { impact } = await ok<{ impact: { servers: ServerImpact[] } }>(
      'DELETE',
      `/tools/${tools[0]!.id}?dry_run=true`,
    )
    expect(byServer(impact.servers).two).toMatchObject({
      gains: [{ name: 'c' }],
      loses: [{ name: 'a' }],
    })
  })

  it('leaves drafts out, and says which servers cannot be looked at', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/dynamic', server('draft', tagged('x'), { status: 'draft' }))
    const chosen = { type: 'tool', mode: 'llm', llm_prompt: 'money' }
    await ok('POST', '/dynamic', server('chosen', chosen))
    const { impact } = await ok<{ impact: object }>(
      'POST',
      '/tools?dry_run=true',
      tool('a', { tags: ['x'] }),
    )
    expect(impact).toMatchObject({
      servers: [{ server: 'all' }],
      unaffected: 0,
      failed: [{ server: 'chosen', code: 'selector_not_configured' }],
    })
  })

  it('names the first hundred of a server and counts all', async () => {
    const { ok } = await twoServers()
    for (let i = 0; i < 120; i++) await ok('POST', '/tools', tool(`t${i}`))
    const body = { filter: 'true', add: ['y'], dry_run: true }
    const answer = await ok<{ impact: { servers: ServerImpact[] } }>('POST', '/tags/apply', body)
    const { ys } = byServer(answer.impact.servers)
    expect([ys!.gains.length, ys!.counts]).toEqual([100, { gains: 121, loses: 0, changes: 0 }])
  })
})

describe('a dry run of tags over a filter', () => {
  it('has the impact of all changes together', async () => {
    const { ok } = await twoServers()
    await ok('POST', '/tools', tool('b', { tags: ['x', 'y'] }))
    const body = { filter: "'x' in tags", remove: ['x'], add: ['y'] }
    const dry = await ok<{ impact: { servers: ServerImpact[] } }>(
      'POST',
      '/tags/apply?dry_run=true',
      body,
    )
    expect(byServer(dry.impact.servers)).toMatchObject({
      xs: { loses: [{ name: 'a' }, { name: 'b' }] },
      ys: { gains: [{ name: 'a' }], loses: [] },
    })
    expect(await ok('POST', '/tags/apply', body)).not.toHaveProperty('impact')
  })
})

describe('a dry run of a source', () => {
  it('says what deleting it takes away, shadows lifted', async () => {
    const { facet } = await federate('modern', ({ tools }) => tools.push(fakeTool('two')))
    const later = await facet.ok<{ impact: { servers: ServerImpact[] } }>(
      'POST',
      '/tools?dry_run=true',
      tool('two'),
    )
    // Entries posted by hand come first, so the name comes to mean another tool.
    expect(byServer(later.impact.servers).s).toMatchObject({
      gains: [{ name: 'two', source: 'manual' }],
      loses: [{ name: 'two', source: 'up' }],
    })
    const { body } = await facet.api('DELETE', '/sources/up?dry_run=true')
    expect(body).toMatchObject({ dry_run: true, source: { id: 'up' }, reconnects: true })
    expect(byServer(body.impact.servers).s).toMatchObject({
      loses: [{ name: 'remote' }, { name: 'two' }],
      tokens: { after: 0 },
    })
    expect((await facet.ok<{ tools: object[] }>('GET', '/dynamic/s/tools')).tools).toHaveLength(2)
  })

  it('says what its tags and its prefix change, and whether it would connect anew', async () => {
    const { facet } = await federate('modern')
    const rule = { ...tagged('mail'), include_federated: true }
    await facet.ok('POST', '/dynamic', server('mail', rule, { naming: 'prefixed' }))
    const { body } = await facet.api('PATCH', '/sources/up?dry_run=true', { tags: ['mail'] })
    expect(body).toMatchObject({ source: { tags: ['mail'] }, reconnects: false })
    expect(byServer(body.impact.servers)).toMatchObject({
      mail: { gains: [{ name: 'up_remote' }] },
    })
    await facet.ok('PATCH', '/sources/up', { tags: ['mail'] })
    const renamed = await facet.api('PATCH', '/sources/up?dry_run=true', { prefix: 'p' })
    expect(Object.keys(byServer(renamed.body.impact.servers))).toEqual(['mail'])
    expect(byServer(renamed.body.impact.servers).mail).toMatchObject({
      changes: [{ name: 'p_remote' }],
    })
    const off = await facet.api('PATCH', '/sources/up?dry_run=true', { enabled: false })
    expect(off.body).toMatchObject({ reconnects: true, impact: { servers: [] } })
    expect(await facet.ok('GET', '/sources/up')).toMatchObject({ enabled: true, tags: ['mail'] })
  })

  it('checks an import without adding anything, and never adds a source by mistake', async () => {
    const { api, ok } = await startFacet()
    const config = { mcpServers: { a: { url: 'https://a.example/mcp', disabled: true } } }
    const dry = await ok('POST', '/sources/import?dry_run=true', config)
    expect(dry).toMatchObject({ dry_run: true, imported: [{ name: 'a', id: 'a' }] })
    const source = { id: 'b', transport: { type: 'http', url: 'https://a.example/mcp' } }
    expect((await api('POST', '/sources?dry_run=true', source)).body.code).toBe('not_available')
    expect(await ok('GET', '/sources')).toEqual({ sources: [] })
  })
})

describe('the impact of a dry run', () => {
  it('is what happens when the write is done', async () => {
    await impactFor({ runs: 8, writes: 14 })
  }, 60_000)
})
