import { describe, expect, it } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

async function frozen() {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const facet = await startFacet({ now: () => new Date(now) })
  const ids: Record<string, string> = {}
  for (const name of ['a', 'b', 'c']) {
    const made = await facet.ok<{ id: string }>('POST', '/tools', tool(name, { tags: ['x'] }))
    ids[name] = made.id
  }
  const rule = { type: 'tool', filter: "'x' in tags" }
  await facet.ok('POST', '/dynamic', server('s', rule, { cache_ttl: 60 }))
  const catalog = () =>
    facet.ok<{ tools: { name: string; title?: string }[]; ttl_ms: number }>(
      'GET',
      '/dynamic/s/catalog',
    )
  const names = async () => (await catalog()).tools.map(({ name }) => name)
  expect(await names()).toEqual(['a', 'b', 'c'])
  return { facet, ids, names, catalog, pass: (seconds: number) => (now += seconds * 1000) }
}

describe('a server with a cache_ttl', () => {
  it('holds back additions, edits and untagging until the time is over', async () => {
    const { facet, ids, names, catalog, pass } = await frozen()
    await facet.ok('POST', '/tools', tool('new', { tags: ['x'] }))
    await facet.ok('PATCH', `/tools/${ids.a}`, { tags: [] })
    await facet.ok('PATCH', `/tools/${ids.b}`, { title: 'edited' })
    expect(await names()).toEqual(['a', 'b', 'c'])
    expect((await catalog()).tools[1]).not.toHaveProperty('title')
    pass(59)
    expect(await names()).toEqual(['a', 'b', 'c'])
    pass(2)
    expect(await names()).toEqual(['b', 'c', 'new'])
    expect((await catalog()).tools[0]).toMatchObject({ title: 'edited' })
  })

  it('shows deletions and disabling at once', async () => {
    const { facet, ids, names } = await frozen()
    await facet.api('DELETE', `/tools/${ids.a}`)
    await facet.ok('PATCH', `/tools/${ids.b}`, { enabled: false })
    expect(await names()).toEqual(['c'])
    await facet.ok('PATCH', `/tools/${ids.b}`, { enabled: true })
    expect(await names()).toEqual(['b', 'c'])
  })

  it('says how long the rest of the freeze is', async () => {
    const { catalog, pass } = await frozen()
    expect((await catalog()).ttl_ms).toBe(60_000)
    pass(45)
    expect((await catalog()).ttl_ms).toBe(15_000)
  })

  it('is evaluated anew after a refresh, and after its rules change', async () => {
    const { facet, names } = await frozen()
    await facet.ok('POST', '/tools', tool('new', { tags: ['x'] }))
    expect(await names()).not.toContain('new')
    await facet.ok('POST', '/dynamic/s/refresh')
    expect(await names()).toContain('new')
    await facet.ok('PATCH', '/dynamic/s', { rules: [{ type: 'tool', filter: "name == 'new'" }] })
    expect(await names()).toEqual(['new'])
  })

  it('compares previews with what is frozen', async () => {
    const { facet } = await frozen()
    await facet.ok('POST', '/tools', tool('new', { tags: ['x'] }))
    expect(await facet.ok('POST', '/dynamic/s/preview')).toMatchObject({
      diff: { added: [{ name: 'new' }], removed: [] },
    })
  })
})

describe('a live server', () => {
  it('says that nothing may be kept', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    expect(await ok('GET', '/dynamic/s/catalog')).toMatchObject({ ttl_ms: 0 })
  })
})
