import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { inState } from '../support/wait.ts'

const OURS = { tags: ['ours', 'kept'], enabled: false, deprecated: true, meta: { team: 'risk' } }

async function firstTool({ ok }: TestFacet) {
  const { tools } = await ok<{ tools: { id: string }[] }>('GET', '/tools')
  return tools[0]!
}

async function connected(upstream: FakeUpstream, database = ':memory:') {
  const facet = await startFacet({ settings: { database } })
  await facet.api('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
  await inState(facet, 'up', 'up')
  return facet
}

describe('what was set on an entry of a source', () => {
  it('survives that the upstream changes the entry', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a', { tags: ['kept', 'gone'] })]
    const facet = await connected(upstream)
    const { id } = await firstTool(facet)
    await facet.ok('PATCH', `/tools/${id}`, OURS)
    upstream.tools = [fakeTool('a', { description: 'new', tags: ['kept', 'gone', 'fresh'] })]
    expect(await facet.ok('POST', '/sources/up/sync')).toEqual({ added: 0, changed: 1, removed: 0 })
    expect(await facet.ok('GET', `/tools/${id}`)).toMatchObject({
      ...OURS,
      description: 'new',
      tags: ['kept', 'fresh', 'ours'],
      upstream_tags: ['kept', 'gone', 'fresh'],
    })
  })

  it('is there again when the entry disappears and returns', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a', { tags: ['kept'] })]
    const facet = await connected(upstream)
    const { id } = await firstTool(facet)
    await facet.ok('PATCH', `/tools/${id}`, OURS)
    upstream.tools = []
    expect(await facet.ok('POST', '/sources/up/sync')).toMatchObject({ removed: 1 })
    expect((await facet.api('GET', `/tools/${id}`)).status).toBe(404)
    expect(await facet.ok('GET', '/tags')).toEqual({ tags: [] })
    expect((await facet.api('PATCH', `/tools/${id}`, { tags: [] })).status).toBe(404)
    upstream.tools = [fakeTool('a', { tags: ['kept'] })]
    expect(await facet.ok('POST', '/sources/up/sync')).toMatchObject({ added: 1 })
    expect(await facet.ok('GET', `/tools/${id}`)).toMatchObject({ ...OURS, tags: ['kept', 'ours'] })
  })

  it('survives a restart, also while the entry is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-overlay-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const database = join(folder, 'facet.db')
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a', { tags: ['kept'] })]
    const first = await connected(upstream, database)
    const { id } = await firstTool(first)
    await first.ok('PATCH', `/tools/${id}`, OURS)
    upstream.tools = []
    await first.ok('POST', '/sources/up/sync')
    await first.facet.close()
    upstream.tools = [fakeTool('a', { tags: ['kept'] })]
    const second = await connected(upstream, database)
    expect(await second.ok('GET', `/tools/${id}`)).toMatchObject({
      ...OURS,
      tags: ['kept', 'ours'],
    })
  })

  it('is not lost to a synchronisation that runs at the same time', async () => {
    const upstream = await FakeUpstream.start()
    const named = (n: number, version: number) =>
      fakeTool(`t${String(n).padStart(4, '0')}`, { description: `version ${version}` })
    upstream.tools = Array.from({ length: 1_500 }, (_, i) => named(i, 1))
    const facet = await connected(upstream)
    const { tools } = await facet.ok<{ tools: { id: string }[] }>('GET', '/tools?limit=40')
    upstream.tools = Array.from({ length: 1_500 }, (_, i) => named(i, 2))
    await Promise.all([
      facet.ok('POST', '/sources/up/sync'),
      ...tools.map(({ id }) => facet.ok('PATCH', `/tools/${id}`, { tags: ['mine'] })),
    ])
    const mine = await facet.ok<{ tools: { description: string }[] }>('GET', '/tools?tag=mine')
    expect(mine.tools).toHaveLength(40)
    expect(new Set(mine.tools.map(({ description }) => description))).toEqual(
      new Set(['version 2']),
    )
  })
})
