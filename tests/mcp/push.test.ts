import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { prompt, server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient, type Mode, toolNames } from '../support/mcp.ts'
import { until } from '../support/wait.ts'

/** Longer than changes are gathered for, and than an announcement takes. */
const QUIET = 400

async function listener(url: string, mode: Mode) {
  const heard: string[] = []
  const on = (list: string) => ({ autoRefresh: false, onChanged: () => void heard.push(list) })
  const client = await connectClient(url, mode, {
    listChanged: { tools: on('tools'), prompts: on('prompts'), resources: on('resources') },
  })
  return { heard, client }
}

async function served(more: Record<string, unknown> = {}) {
  const facet = await startFacet({ listen: true })
  const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('t'))
  const rules = ['x', 'y'].map((tag) => [
    { type: 'tool', filter: `'${tag}' in tags` },
    { type: 'prompt', filter: `'${tag}' in tags` },
  ])
  await facet.ok('POST', '/dynamic', { id: 'x', name: 'x', rules: rules[0], ...more })
  await facet.ok('POST', '/dynamic', { id: 'y', name: 'y', rules: rules[1] })
  return { facet, id, url: (server: string) => `${facet.url}/dynamic/${server}/mcp` }
}

describe.each(['auto', 'legacy'] as const)('an announcement (%s)', (mode) => {
  it('reaches the clients of exactly the servers whose list changed', async () => {
    const { facet, id, url } = await served()
    const x = await listener(url('x'), mode)
    const y = await listener(url('y'), mode)
    const all = await listener(url('all'), mode)
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['x'] })
    await until('x hears', () => x.heard.length > 0)
    await sleep(QUIET)
    expect([x.heard, y.heard, all.heard]).toEqual([['tools'], [], []])
    expect(await toolNames(x.client)).toEqual(['t'])
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['y'] })
    await until('both hear', () => x.heard.length > 1 && y.heard.length > 0)
    await sleep(QUIET)
    expect([x.heard, y.heard, all.heard]).toEqual([['tools', 'tools'], ['tools'], []])
  })

  it('is not made when nothing visible changed', async () => {
    const { facet, id, url } = await served()
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['x'] })
    const { heard } = await listener(url('x'), mode)
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['x', 'z'] })
    await facet.ok('PATCH', `/tools/${id}`, { owner: 'u1' })
    await facet.ok('POST', '/tools', tool('other', { tags: ['z'] }))
    await facet.ok('POST', '/dynamic', server('z', { type: 'tool', filter: 'true' }))
    await sleep(QUIET)
    expect(heard).toEqual([])
  })

  it('is made when a shown field of a member changes', async () => {
    const { facet, id, url } = await served()
    await facet.ok('PATCH', `/tools/${id}`, { tags: ['x'] })
    const { heard } = await listener(url('x'), mode)
    await facet.ok('PATCH', `/tools/${id}`, { description: 'new' })
    await until('it hears', () => heard.length > 0)
    expect(heard).toEqual(['tools'])
  })

  it('is one for many changes made together', async () => {
    const { facet, url } = await served()
    const { heard } = await listener(url('x'), mode)
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        facet.ok('POST', '/tools', tool(`many${i}`, { tags: ['x'] })),
      ),
    )
    await until('it hears', () => heard.length > 0)
    await sleep(QUIET)
    expect(heard.length).toBeLessThanOrEqual(3)
  })

  it('is made when the rules of the server change', async () => {
    const { facet, url } = await served()
    await facet.ok('POST', '/prompts', prompt('p', { tags: ['late'] }))
    const { heard } = await listener(url('x'), mode)
    const rules = [
      { type: 'tool', filter: "'x' in tags" },
      { type: 'prompt', filter: "'late' in tags" },
    ]
    await facet.ok('PATCH', '/dynamic/x', { rules })
    await until('it hears', () => heard.length > 0)
    expect(heard).toEqual(['prompts'])
  })

  it('is made when a freeze ends, for what was held back', async () => {
    const { facet, url } = await served({ cache_ttl: 1 })
    const { heard, client } = await listener(url('x'), mode)
    expect(await toolNames(client)).toEqual([])
    await facet.ok('POST', '/tools', tool('held', { tags: ['x'] }))
    await sleep(200)
    expect(await toolNames(client)).toEqual([])
    await until('it hears', () => heard.length > 0)
    expect(await toolNames(client)).toEqual(['held'])
  })
})

describe('a client that connects between a change and its announcement', () => {
  it('misses nothing: its list is the new one or it hears', async () => {
    const { facet, id, url } = await served()
    for (let round = 0; round < 5; round++) {
      const tags = round % 2 === 0 ? ['x'] : []
      const [, { heard, client }] = await Promise.all([
        facet.ok('PATCH', `/tools/${id}`, { tags }),
        listener(url('x'), 'auto'),
      ])
      const expected = tags.length > 0 ? ['t'] : []
      await until('it knows', async () => {
        const names = await toolNames(client)
        return heard.length > 0 || names.join() === expected.join()
      })
      expect(await toolNames(client)).toEqual(expected)
    }
  })
})
