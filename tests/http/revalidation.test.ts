import { describe, expect, it } from 'vitest'
import { prompt, server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

const RULES = { rules: ['tool', 'prompt'].map((type) => ({ type, filter: "'x' in tags" })) }
const PATHS = ['tools', 'prompts', 'resources', 'resource_templates', 'catalog']

async function seeded(more: Record<string, unknown> = {}) {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const facet = await startFacet({ now: () => new Date(now) })
  const made = await facet.ok<{ id: string }>('POST', '/tools', tool('a', { tags: ['x'] }))
  await facet.ok('POST', '/prompts', prompt('p', { tags: ['x'] }))
  await facet.ok('POST', '/dynamic', { id: 's', name: 'S', ...RULES, ...more })
  const get = (path: string, tag?: string) =>
    facet.api(
      'GET',
      `/dynamic/s/${path}`,
      undefined,
      tag === undefined ? {} : { 'if-none-match': tag },
    )
  const tagOf = async (path: string) => (await get(path)).headers.get('etag')!
  return { facet, id: made.id, get, tagOf, pass: (seconds: number) => (now += seconds * 1000) }
}

describe('the catalog of a server', () => {
  it('answers 304 without a body to who has it already', async () => {
    const { get } = await seeded()
    for (const path of PATHS) {
      const first = await get(path)
      const tag = first.headers.get('etag')!
      expect([path, first.status, tag]).toEqual([path, 200, expect.stringMatching(/^W\/"[\w-]+"$/)])
      expect(first.headers.get('cache-control')).toBe('private, no-cache')
      for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
        const again = await get(path, known)
        expect([path, known, again.status, again.text]).toEqual([path, known, 304, ''])
        expect(again.headers.get('etag')).toBe(tag)
        expect(again.headers.get('cache-control')).toBe('private, no-cache')
      }
      expect((await get(path, '"other"')).status).toBe(200)
    }
  })

  it('has another tag after every change that shows in the answer', async () => {
    const { facet, id, tagOf, get } = await seeded()
    const seen = [await tagOf('tools')]
    const prompts = await tagOf('prompts')
    // Tags, marks and metadata too, which lists of MCP do not show.
    for (const patch of [
      { title: 'A' },
      { tags: ['x', 'y'] },
      { deprecated: true },
      { meta: { team: 'a' } },
      { owner: 'u1' },
    ]) {
      await facet.ok('PATCH', `/tools/${id}`, patch)
      expect([patch, (await get('tools', seen.at(-1))).status]).toEqual([patch, 200])
      seen.push(await tagOf('tools'))
    }
    await facet.ok('POST', '/tools', tool('b', { tags: ['x'] }))
    seen.push(await tagOf('tools'))
    await facet.ok('PATCH', '/dynamic/s', { overrides: [{ match: 'b', title: 'B' }] })
    seen.push(await tagOf('tools'))
    expect(new Set(seen).size).toBe(seen.length)
    expect(await tagOf('prompts')).toBe(prompts)
    await facet.ok('POST', '/tools', tool('elsewhere'))
    expect(await tagOf('tools')).toBe(seen.at(-1))
  })

  it('has a tag of its own for every page and question', async () => {
    const { facet, tagOf } = await seeded()
    await facet.ok('POST', '/tools', tool('b', { tags: ['x'] }))
    const paths = ['tools', 'tools?limit=1', 'tools?q=a', 'tools?filter=deprecated', 'catalog']
    const tags = await Promise.all(paths.map(tagOf))
    expect(new Set(tags).size).toBe(paths.length)
  })

  it('keeps its tag through a freeze, and has another one after it', async () => {
    const { facet, id, tagOf, get, pass } = await seeded({ cache_ttl: 60 })
    const tag = await tagOf('catalog')
    await facet.ok('PATCH', `/tools/${id}`, { title: 'A' })
    pass(30)
    expect((await get('catalog', tag)).status).toBe(304)
    pass(31)
    expect((await get('catalog', tag)).status).toBe(200)
  })

  it('says that a server is gone, whatever the client has', async () => {
    const { facet, get, tagOf } = await seeded()
    const tag = await tagOf('tools')
    await facet.ok('PATCH', '/dynamic/s', { status: 'draft' })
    expect((await get('tools', tag)).body.code).toBe('not_active')
    await facet.ok('POST', '/dynamic', server('t', { type: 'tool', filter: 'true' }))
  })
})
