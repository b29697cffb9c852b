import { describe, expect, it } from 'vitest'
import { prompt, resource, server, template, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { inState } from '../support/wait.ts'

async function listed({ ok }: TestFacet, id: string, noun = 'tools'): Promise<string[]> {
  const body = await ok<Record<string, { name: string }[]>>('GET', `/dynamic/${id}/${noun}`)
  return body[noun]!.map(({ name }) => name)
}

async function federated(more: Record<string, unknown> = {}) {
  const upstream = await FakeUpstream.start()
  upstream.tools = [fakeTool('search'), fakeTool('remote')]
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/sources', {
    id: 'up',
    transport: { type: 'http', url: upstream.url },
    ...more,
  })
  await inState(facet, 'up', 'up')
  return { facet, upstream }
}

describe('the catalog of a dynamic server', () => {
  it('follows its rules the moment a tag changes', async () => {
    const facet = await startFacet()
    const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('a'))
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'x' in tags" }))
    expect(await listed(facet, 's')).toEqual([])
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['x'] })
    expect(await listed(facet, 's')).toEqual(['a'])
    await facet.ok('POST', '/tools', tool('b', { tags: ['x'] }))
    expect(await listed(facet, 's')).toEqual(['a', 'b'])
    await facet.ok('PATCH', `/tools/${id}`, { enabled: false })
    expect(await listed(facet, 's')).toEqual(['b'])
  })

  it('follows its rules the moment they change', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('a', { tags: ['x'] }))
    await facet.ok('POST', '/tools', tool('b', { tags: ['y'] }))
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'x' in tags" }))
    expect(await listed(facet, 's')).toEqual(['a'])
    await facet.ok('PATCH', '/dynamic/s', { rules: [{ type: 'tool', filter: "'y' in tags" }] })
    expect(await listed(facet, 's')).toEqual(['b'])
  })

  it('is the union of the include rules, without what an exclude rule matches', async () => {
    const facet = await startFacet()
    for (const name of ['a', 'ab', 'b', 'bc', 'c']) await facet.ok('POST', '/tools', tool(name))
    const rules = [
      { type: 'tool', effect: 'exclude', filter: "name == 'ab'" },
      { type: 'tool', filter: "name =~ 'a'" },
      { type: 'tool', filter: "name =~ 'b'" },
    ]
    await facet.ok('POST', '/dynamic', { id: 's', name: 's', rules })
    expect(await listed(facet, 's')).toEqual(['a', 'b', 'bc'])
  })

  it('has entries of a type only by rules of that type', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('a'))
    await facet.ok('POST', '/prompts', prompt('p'))
    await facet.ok('POST', '/resources', resource('docs://r'))
    await facet.ok('POST', '/resource_templates', template('docs://{t}'))
    await facet.ok('POST', '/dynamic', server('s', { type: 'resource', filter: 'true' }))
    const catalog = await facet.ok<Record<string, unknown[]>>('GET', '/dynamic/s/catalog')
    const counts = ['tools', 'prompts', 'resources', 'resource_templates'].map(
      (noun) => catalog[noun]!.length,
    )
    expect(counts).toEqual([0, 0, 1, 0])
  })

  it('shows entries in the shape of the lists of the whole catalog', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('a', { tags: ['x'], title: 'A' }))
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    expect(await facet.ok('GET', '/dynamic/s/tools')).toEqual(await facet.ok('GET', '/tools'))
  })

  it('is paged and filtered like the lists of the whole catalog', async () => {
    const facet = await startFacet()
    for (const name of ['a', 'b', 'c']) {
      await facet.ok('POST', '/tools', tool(name, { tags: name === 'b' ? [] : ['x'] }))
    }
    await facet.ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    const first = await facet.ok<{ next_cursor: string; tools: object[] }>(
      'GET',
      '/dynamic/s/tools?limit=2',
    )
    expect(first.tools).toHaveLength(2)
    const rest = `/dynamic/s/tools?limit=2&cursor=${first.next_cursor}`
    expect(await facet.ok('GET', rest)).toMatchObject({ tools: [{ name: 'c' }] })
    expect(await facet.ok('GET', '/dynamic/s/tools?tag=x&limit=1')).toMatchObject({
      tools: [{ name: 'a' }],
      next_cursor: expect.any(String),
    })
  })

  it('of an unknown server is 404', async () => {
    const { api } = await startFacet()
    for (const noun of ['tools', 'prompts', 'resources', 'resource_templates', 'catalog']) {
      expect((await api('GET', `/dynamic/none/${noun}`)).status).toBe(404)
    }
  })
})

describe('entries of upstreams', () => {
  it('join only by include rules that say so; exclude rules see them anyway', async () => {
    const { facet } = await federated()
    await facet.ok('POST', '/tools', tool('local'))
    const every = { type: 'tool', filter: 'true' }
    await facet.ok('POST', '/dynamic', server('own', every))
    await facet.ok('POST', '/dynamic', server('both', { ...every, include_federated: true }))
    const except = { type: 'tool', effect: 'exclude', filter: "name == 'search'" }
    const rules = [{ ...every, include_federated: true }, except]
    await facet.ok('POST', '/dynamic', { id: 'except', name: 'x', rules })
    expect(await listed(facet, 'own')).toEqual(['local'])
    expect(await listed(facet, 'both')).toEqual(['local', 'remote', 'search'])
    expect(await listed(facet, 'except')).toEqual(['local', 'remote'])
  })

  it('are left out, reported as shadowed, where an earlier source has the name', async () => {
    const { facet } = await federated()
    const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('search'))
    const rule = { type: 'tool', filter: 'true', include_federated: true }
    await facet.ok('POST', '/dynamic', server('s', rule))
    const catalog = await facet.ok<{ shadowed: object[] }>('GET', '/dynamic/s/catalog')
    expect(await listed(facet, 's')).toEqual(['search', 'remote'])
    const shadow = { type: 'tool', name: 'search', source: 'up', by: id }
    expect(catalog.shadowed).toMatchObject([shadow])
    const preview = await facet.ok('POST', '/dynamic/s/preview')
    expect(preview).toMatchObject({ shadowed: [shadow], warnings: [{ code: 'shadowed' }] })
    await facet.ok('DELETE', `/tools/${id}`).catch(() => undefined)
    expect(await listed(facet, 's')).toEqual(['remote', 'search'])
  })

  it('have prefixed names where the server says so, never doubled', async () => {
    const { facet, upstream } = await federated({ prefix: 'gh' })
    upstream.tools = [fakeTool('search'), fakeTool('gh_issue')]
    await facet.ok('POST', '/sources/up/sync')
    await facet.ok('POST', '/tools', tool('search'))
    const rule = { type: 'tool', filter: 'true', include_federated: true }
    await facet.ok('POST', '/dynamic', server('s', rule, { naming: 'prefixed' }))
    expect(await listed(facet, 's')).toEqual(['search', 'gh_issue', 'gh_search'])
    await facet.ok('PATCH', '/sources/up', { prefix: '' })
    expect(await listed(facet, 's')).toEqual(['search', 'gh_issue'])
    await facet.ok('PATCH', '/sources/up', { prefix: null })
    expect(await listed(facet, 's')).toEqual(['search', 'up_gh_issue', 'up_search'])
  })

  it('keep their place and names when another source joins', async () => {
    const { facet } = await federated()
    const rule = { type: 'tool', filter: 'true', include_federated: true }
    await facet.ok('POST', '/dynamic', server('s', rule))
    const before = await listed(facet, 's')
    const second = await FakeUpstream.start()
    second.tools = [fakeTool('search'), fakeTool('aaa')]
    await facet.ok('POST', '/sources', { id: 'a', transport: { type: 'http', url: second.url } })
    await inState(facet, 'a', 'up')
    expect(await listed(facet, 's')).toEqual([...before, 'aaa'])
  })
})
