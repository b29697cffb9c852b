import { describe, expect, it } from 'vitest'
import { prompt, resource, server, template, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { connectClient, toolNames } from '../support/mcp.ts'

/** Rules evaluated over the whole catalog so far, and filters evaluated over one entry. */
async function work({ facet: { metrics } }: TestFacet) {
  const sum = async (counter: typeof metrics.ruleEvaluations | typeof metrics.ruleRechecks) =>
    (await counter.get()).values.reduce((total, { value }) => total + value, 0)
  return {
    evaluations: await sum(metrics.ruleEvaluations),
    rechecks: await sum(metrics.ruleRechecks as typeof metrics.ruleEvaluations),
  }
}

async function inUse() {
  const facet = await startFacet({ listen: true })
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) {
    ids.push((await facet.ok<{ id: string }>('POST', '/tools', tool(name, { tags: ['x'] }))).id)
  }
  await facet.ok('POST', '/prompts', prompt('p'))
  await facet.ok('POST', '/resources', resource('docs://r'))
  await facet.ok('POST', '/resource_templates', template('docs://{t}'))
  const rules = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
    type,
    filter: type === 'tool' ? "'x' in tags && name =~ '[ab]'" : 'enabled',
  }))
  await facet.ok('POST', '/dynamic', { id: 's', name: 's', rules })
  await facet.ok('POST', '/dynamic', server('other', { type: 'tool', filter: 'len(tags) > 0' }))
  return { facet, ids }
}

const READS = [
  ...['tools', 'prompts', 'resources', 'resource_templates', 'catalog'].map(
    (n) => `/dynamic/s/${n}`,
  ),
  ...[
    '/dynamic',
    '/dynamic/s',
    '/dynamic/s/clients',
    '/dynamic/other/catalog',
    '/dynamic/all/tools',
  ],
  ...['/tools', '/tags', '/sources', '/health', '/metrics'],
]

describe('rules over the whole catalog', () => {
  it('are evaluated at first use and by no read after that, over REST or MCP', async () => {
    const { facet } = await inUse()
    const client = await connectClient(`${facet.url}/dynamic/s/mcp`)
    const legacy = await connectClient(`${facet.url}/dynamic/s/mcp`, 'legacy')
    const readAll = async () => {
      for (const path of READS) expect((await facet.api('GET', path)).status, path).toBe(200)
      for (const each of [client, legacy]) {
        expect(await toolNames(each)).toEqual(['a', 'b'])
        await each.listPrompts(undefined, { cacheMode: 'refresh' })
        await each.getPrompt({ name: 'p' })
        await each.listResources(undefined, { cacheMode: 'refresh' })
        await each.listResourceTemplates(undefined, { cacheMode: 'refresh' })
        await each.readResource({ uri: 'docs://r' })
      }
    }
    await readAll()
    const first = await work(facet)
    expect(first.evaluations).toBeGreaterThan(3)
    for (let i = 0; i < 5; i++) await readAll()
    expect(await work(facet)).toEqual(first)
  })

  it('are not evaluated again by a change: only filters it touches, over that entry', async () => {
    const { facet, ids } = await inUse()
    const catalogs = ['s', 'other', 'all'].map((id) => `/dynamic/${id}/catalog`)
    for (const path of catalogs) await facet.ok('GET', path)
    const first = await work(facet)
    await facet.ok('PATCH', `/tools/${ids[0]}`, { tags: ['y', 'z'] })
    for (const path of catalogs) await facet.ok('GET', path)
    const second = await work(facet)
    expect(second.evaluations).toBe(first.evaluations)
    expect(second.rechecks - first.rechecks).toBe(2)
    // What nobody filters by touches nobody.
    await facet.ok('PATCH', `/tools/${ids[1]}`, { owner: 'ann' })
    for (const path of catalogs) await facet.ok('GET', path)
    expect(await work(facet)).toEqual(second)
  })
})
