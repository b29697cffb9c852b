import { describe, expect, it } from 'vitest'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState, until } from '../support/wait.ts'

function names({ ok }: TestFacet, noun: string): Promise<string> {
  return ok<Record<string, { name: string }[]>>('GET', `/${noun}`).then((body) =>
    body[noun]!.map(({ name }) => name).join(),
  )
}

describe('a change at an upstream', () => {
  it.each(['modern', 'legacy'] as const)(
    'is taken over when a %s upstream announces it',
    async (era) => {
      const upstream = await startSdkUpstream(era)
      upstream.tools.push(fakeTool('a'))
      const facet = await startFacet({ limits: { backoffMs: 50 } })
      await facet.ok('POST', '/sources', {
        id: 'up',
        transport: { type: 'http', url: upstream.url },
      })
      const source = await inState(facet, 'up', 'up')
      expect(source.status.era).toBe(era)
      // The stream for announcements opens beside the first listing.
      await until('the first change is heard', async () => {
        upstream.tools[0] = fakeTool('a', { description: String(Math.random()) })
        upstream.announce('tools')
        const { tools } = await facet.ok<{ tools: { description: string }[] }>('GET', '/tools')
        return tools[0]!.description !== 'Tool a'
      })
      upstream.tools.push(fakeTool('b'))
      upstream.prompts.push({ name: 'p' })
      upstream.resources.push({ uri: 'x://r', name: 'r' })
      for (const list of ['tools', 'prompts', 'resources'] as const) upstream.announce(list)
      await until('all three lists are current', async () => {
        const now = [await names(facet, 'tools'), await names(facet, 'prompts')]
        return [...now, await names(facet, 'resources')].join() === 'a,b,p,r'
      })
    },
  )

  it('lists only what was announced', async () => {
    const upstream = await startSdkUpstream('legacy')
    const facet = await startFacet()
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const prompts = () => upstream.seen.filter((method) => method === 'prompts/list').length
    const before = prompts()
    upstream.tools.push(fakeTool('b'))
    await until('the tool is there', async () => {
      upstream.announce('tools')
      return (await names(facet, 'tools')) === 'b'
    })
    expect(prompts()).toBe(before)
  })

  it('is found by asking from time to time when it is not announced', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await startFacet({ settings: { poll_seconds: 5 } })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    upstream.tools = [fakeTool('late')]
    await until('the tool is there', async () => (await names(facet, 'tools')) === 'late')
  })

  it('is found at once by POST /sources/{id}/sync', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await startFacet()
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    upstream.tools = [fakeTool('a'), fakeTool('b')]
    expect(await facet.ok('POST', '/sources/up/sync')).toEqual({ added: 2, changed: 0, removed: 0 })
    upstream.tools = [fakeTool('b', { title: 'B' })]
    expect(await facet.ok('POST', '/sources/up/sync')).toEqual({ added: 0, changed: 1, removed: 1 })
    expect(await facet.ok('POST', '/sources/up/sync')).toEqual({ added: 0, changed: 0, removed: 0 })
  })
})

describe('what is learnt about the protocol of an upstream', () => {
  it('spares a modern upstream the question on the next connection', async () => {
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push(fakeTool('a'))
    const facet = await startFacet({ limits: { backoffMs: 20 } })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const discoveries = () => upstream.seen.filter((method) => method === 'server/discover').length
    expect(discoveries()).toBe(1)
    await facet.ok('PATCH', '/sources/up', { enabled: false })
    await facet.ok('PATCH', '/sources/up', { enabled: true })
    await inState(facet, 'up', 'up')
    expect(discoveries()).toBe(1)
  })

  it('spares an older upstream the question, for a day', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const upstream = await startSdkUpstream('legacy')
    const facet = await startFacet({ now: () => now })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const discoveries = () => upstream.seen.filter((method) => method === 'server/discover').length
    const reconnect = async () => {
      await facet.ok('PATCH', '/sources/up', { enabled: false })
      await facet.ok('PATCH', '/sources/up', { enabled: true })
      await inState(facet, 'up', 'up')
    }
    expect(discoveries()).toBe(1)
    await reconnect()
    expect(discoveries()).toBe(1)
    now = new Date('2026-01-02T00:00:01Z')
    await reconnect()
    expect(discoveries()).toBe(2)
  })
})
