import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { inState, sourceOf } from '../support/wait.ts'

interface Listed {
  id: string
  name: string
  tags: string[]
}

async function connected(upstream: FakeUpstream, more: Record<string, unknown> = {}) {
  const facet = await startFacet()
  const transport = { type: 'http', url: upstream.url }
  await facet.ok('POST', '/sources', { id: 'up', transport, ...more })
  await inState(facet, 'up', 'up')
  return facet
}

describe('what an upstream offers', () => {
  it('is in the catalog: tools, prompts, resources and templates, with all their fields', async () => {
    const upstream = await FakeUpstream.start()
    const schema = { type: 'object', properties: { q: { type: 'string' } } }
    upstream.tools = [
      fakeTool('search', {
        title: 'Search',
        inputSchema: schema,
        outputSchema: schema,
        annotations: { readOnlyHint: true },
        icons: [{ src: 'https://x.example/i.png' }],
        _meta: { 'x/y': 1 },
      }),
    ]
    upstream.prompts = [{ name: 'ask', arguments: [{ name: 'topic', required: true }] }]
    upstream.resources = [{ uri: 'file:///a.md', name: 'a', mimeType: 'text/markdown', size: 3 }]
    upstream.resourceTemplates = [{ uriTemplate: 'file:///{path}', name: 'files' }]
    const { ok } = await connected(upstream)
    const { tools } = await ok<{ tools: Listed[] }>('GET', '/tools')
    expect(tools).toEqual([
      expect.objectContaining({
        name: 'search',
        title: 'Search',
        source: 'up',
        federated: true,
        inputSchema: schema,
        outputSchema: schema,
        annotations: { readOnlyHint: true },
        meta: { 'x/y': 1 },
      }),
    ])
    expect(await ok('GET', '/prompts')).toMatchObject({
      prompts: [{ name: 'ask', arguments: [{ name: 'topic', required: true }] }],
    })
    expect(await ok('GET', '/resources')).toMatchObject({
      resources: [{ uri: 'file:///a.md', name: 'a', mimeType: 'text/markdown' }],
    })
    expect(await ok('GET', '/resource_templates')).toMatchObject({
      resource_templates: [{ uriTemplate: 'file:///{path}', name: 'files' }],
    })
  })

  it('is listed to the last page', async () => {
    const upstream = await FakeUpstream.start()
    upstream.answers.set('tools/list', ({ params }) => {
      const page = Number(params?.cursor ?? 0)
      const tools = Array.from({ length: 10 }, (_, i) => fakeTool(`t${page}_${i}`))
      return page < 6 ? { tools, nextCursor: String(page + 1) } : { tools }
    })
    const facet = await connected(upstream)
    const { status } = await sourceOf(facet, 'up')
    expect(status.entries.tool).toBe(70)
  })

  it('has the tags it declares in any of the known ways, and those of its source', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [
      fakeTool('a', { tags: ['plain', 'not a tag!', 7] }),
      fakeTool('b', { _meta: { fastmcp: { tags: ['fast'] } } }),
      fakeTool('c', { _meta: { _fastmcp: { tags: ['older'] } } }),
      fakeTool('d', { _meta: { tags: ['meta'] } }),
    ]
    const { ok } = await connected(upstream, { tags: ['src'] })
    const { tools } = await ok<{ tools: Listed[] }>('GET', '/tools')
    expect(tools.map(({ tags }) => tags)).toEqual([
      ['plain', 'src'],
      ['fast', 'src'],
      ['older', 'src'],
      ['meta', 'src'],
    ])
    await ok('PATCH', '/sources/up', { tags: ['other'] })
    const after = await ok<{ tools: Listed[] }>('GET', '/tools?tag=other')
    expect(after.tools).toHaveLength(4)
  })

  it('keeps its ids when it is listed again, also by another service', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a')]
    const ids = []
    for (let i = 0; i < 2; i++) {
      const { ok } = await connected(upstream)
      const { tools } = await ok<{ tools: Listed[] }>('GET', '/tools')
      ids.push(tools[0]!.id)
    }
    expect(ids[0]).toBe(ids[1])
  })

  it('comes after what was posted by hand, and sources come in order of creation', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('b'), fakeTool('a')]
    const facet = await connected(upstream)
    await facet.ok('POST', '/sources', {
      id: 'aaa',
      transport: { type: 'http', url: upstream.url },
    })
    await inState(facet, 'aaa', 'up')
    await facet.ok('POST', '/tools', tool('z'))
    const { tools } = await facet.ok<{ tools: (Listed & { source: string })[] }>('GET', '/tools')
    expect(tools.map(({ source, name }) => `${source}.${name}`)).toEqual([
      'manual.z',
      'up.a',
      'up.b',
      'aaa.a',
      'aaa.b',
    ])
  })
})

describe('an entry of a source', () => {
  it('takes tags, marks, an owner, roles and metadata, and nothing else', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a', { tags: ['own'], _meta: { k: 1 } })]
    const { ok, api } = await connected(upstream)
    const { tools } = await ok<{ tools: Listed[] }>('GET', '/tools')
    const path = `/tools/${tools[0]!.id}`
    const patch = {
      tags: ['ours'],
      enabled: false,
      deprecated: true,
      owner: 'u1',
      roles: ['dev'],
      meta: { team: 'x' },
    }
    expect(await ok('PATCH', path, patch)).toMatchObject({
      ...patch,
      meta: { k: 1, team: 'x' },
      upstream_tags: ['own'],
    })
    for (const foreign of [{ name: 'b' }, { description: 'x' }, { tags: ['y'], inputSchema: {} }]) {
      const answer = await api('PATCH', path, foreign)
      expect([answer.status, answer.body.code]).toEqual([409, 'managed_by_source'])
    }
    expect((await api('DELETE', path)).body.code).toBe('managed_by_source')
    expect((await api('PUT', path, tool('a'))).body.code).toBe('managed_by_source')
    expect(await ok('GET', path)).toMatchObject({ tags: ['ours'] })
    expect(await ok('PATCH', path, { tags: null, meta: null })).toMatchObject({
      tags: ['own'],
      meta: { k: 1 },
    })
  })
})

describe('what an upstream offers wrongly', () => {
  it('is left out and reported, and the rest is taken', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [
      fakeTool('good'),
      fakeTool('good'),
      { description: 'nameless' },
      fakeTool('bad_schema', { inputSchema: { type: 'string' } }),
      fakeTool('line\nbreak'),
      'text' as never,
      fakeTool('huge', { description: 'x'.repeat(300_000) }),
      fakeTool('lenient', { inputSchema: undefined, annotations: 'no', title: 7 }),
    ]
    const facet = await connected(upstream)
    const { tools } = await facet.ok<{ tools: Listed[] }>('GET', '/tools')
    expect(tools.map(({ name }) => name)).toEqual(['good', 'lenient'])
    expect(tools[1]).toMatchObject({ inputSchema: { type: 'object' } })
    expect(tools[1]).not.toHaveProperty('annotations')
    const { status } = await sourceOf(facet, 'up')
    expect(status.skipped.map(({ name, reason }) => [name, reason])).toEqual([
      ['good', 'offered twice'],
      ['(without a name)', 'no name'],
      ['bad_schema', 'inputSchema is not the schema of an object'],
      ['line\nbreak', 'an unusable name'],
      ['(not an object)', 'not an object'],
      ['huge', 'too large'],
    ])
  })

  it('keeps a server usable that knows no resource templates', async () => {
    const upstream = await FakeUpstream.start()
    upstream.answers.delete('resources/templates/list')
    upstream.resources = [{ uri: 'x://a', name: 'a' }]
    const facet = await connected(upstream)
    expect((await sourceOf(facet, 'up')).status.entries).toMatchObject({ resource: 1 })
  })
})
