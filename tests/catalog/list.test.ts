import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

interface Page {
  tools: { id: string; name: string }[]
  next_cursor?: string
}

async function names({ ok }: TestFacet, query: string): Promise<string[]> {
  return (await ok<Page>('GET', `/tools?${query}`)).tools.map(({ name }) => name)
}

async function allPages({ ok }: TestFacet, limit: number, between?: () => Promise<void>) {
  const seen: string[] = []
  let cursor = ''
  for (;;) {
    const page = await ok<Page>('GET', `/tools?limit=${limit}${cursor}`)
    seen.push(...page.tools.map(({ name }) => name))
    if (!page.next_cursor) return seen
    cursor = `&cursor=${page.next_cursor}`
    await between?.()
  }
}

describe('listing entries', () => {
  it('orders by name in code points', async () => {
    const facet = await startFacet()
    for (const name of ['b', 'A', 'a', '_', '9', 'B', 'a.b', 'aB'])
      await facet.ok('POST', '/tools', tool(name))
    expect(await names(facet, '')).toEqual(['9', 'A', 'B', '_', 'a', 'a.b', 'aB', 'b'])
  })

  it('filters by all or any of several tags, repeated or with commas', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('a', { tags: ['x'] }))
    await facet.ok('POST', '/tools', tool('b', { tags: ['x', 'y'] }))
    await facet.ok('POST', '/tools', tool('c', { tags: ['z'] }))
    expect(await names(facet, 'tag=x')).toEqual(['a', 'b'])
    expect(await names(facet, 'tag=x&tag=y')).toEqual(['b'])
    expect(await names(facet, 'tag=x,y')).toEqual(['b'])
    expect(await names(facet, 'tag=y,z&match=any')).toEqual(['b', 'c'])
    expect(await names(facet, 'tag=X')).toEqual([])
  })

  it('filters by words, source and whether an entry is enabled', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('a', { description: 'Sends a Mail' }))
    await facet.ok('POST', '/tools', tool('b', { title: 'Mailbox', enabled: false }))
    expect(await names(facet, 'q=mail')).toEqual(['a', 'b'])
    expect(await names(facet, 'q=sends+MAIL')).toEqual(['a'])
    expect(await names(facet, 'q=.*')).toEqual([])
    expect(await names(facet, 'enabled=true')).toEqual(['a'])
    expect(await names(facet, 'enabled=false')).toEqual(['b'])
    expect(await names(facet, 'source=manual')).toEqual(['a', 'b'])
    expect(await names(facet, 'source=github')).toEqual([])
  })

  it('gives pages that together are the list, whatever their size', async () => {
    const facet = await startFacet()
    const all = Array.from({ length: 23 }, (_, i) => `t${String(i).padStart(2, '0')}`)
    for (const name of all) await facet.ok('POST', '/tools', tool(name))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        expect(await allPages(facet, limit)).toEqual(all)
      }),
      { numRuns: 12 },
    )
  })

  it('neither skips nor repeats an unchanged entry when the list changes between pages', async () => {
    const facet = await startFacet()
    const stay = Array.from({ length: 20 }, (_, i) => `m${String(i).padStart(2, '0')}`)
    for (const name of stay) await facet.ok('POST', '/tools', tool(name))
    let n = 0
    const seen = await allPages(facet, 3, async () => {
      n++
      await facet.ok('POST', '/tools', tool(`a_new_${n}`))
      const { tools } = await facet.ok<Page>('GET', '/tools?q=a_new&limit=1')
      if (n % 2 === 0) await facet.ok('DELETE', `/tools/${tools[0]!.id}`)
    })
    expect(seen.filter((name) => name.startsWith('m'))).toEqual(stay)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=x', 'limit'],
    ['match=some', 'match'],
    ['enabled=yes', 'enabled'],
  ])('refuses ?%s', async (query, where) => {
    const { api } = await startFacet()
    const { status, body } = await api('GET', `/tools?${query}`)
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'invalid_request', where])
  })

  it.each(['x', 'e30', 'WzEsMl0', 'WzAsMSwyXQ'])('refuses the cursor %s', async (cursor) => {
    const { api } = await startFacet()
    const { status, body } = await api('GET', `/tools?cursor=${cursor}`)
    expect([status, body.code]).toEqual([400, 'invalid_cursor'])
  })
})
