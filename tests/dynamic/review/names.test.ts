import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tool } from '../../support/bodies.ts'
import { type StartOptions, startFacet } from '../../support/facet.ts'
import { FakeUpstream, fakeTool } from '../../support/fake-upstream.ts'
import { connectClient, toolNames } from '../../support/mcp.ts'
import { inState } from '../../support/wait.ts'

interface Listed {
  id: string
  name: string
  source: string
}

interface Waiting extends Listed {
  reason: string
  held: boolean
  replaces?: string
}

const RULE = { type: 'tool', filter: "!('out' in tags)", include_federated: true }

/** A tool `pay` posted by hand, and one of an upstream, which comes later in order. */
async function clashing(more: Record<string, unknown> = {}, options: StartOptions = {}) {
  const upstream = await FakeUpstream.start()
  upstream.tools.push(fakeTool('pay'))
  const facet = await startFacet({ listen: true, ...options })
  const { ok } = facet
  const mine = await ok<{ id: string }>('POST', '/tools', tool('pay'))
  const transport = { type: 'http', url: upstream.url }
  await ok('POST', '/sources', { id: 'up', transport })
  await inState(facet, 'up', 'up')
  await ok('POST', '/dynamic', {
    id: 's',
    name: 'S',
    admission: 'review',
    rules: [RULE],
    ...more,
  })
  const shown = async () => {
    const { tools } = await ok<{ tools: Listed[] }>('GET', '/dynamic/s/tools')
    return tools.map(({ name, source }) => `${name} of ${source}`)
  }
  const waiting = async () =>
    (await ok<{ pending: Waiting[] }>('GET', '/dynamic/s/pending')).pending
  return { facet, upstream, mine: mine.id, shown, waiting, endpoint: `${facet.url}/dynamic/s/mcp` }
}

describe('a name of a server under review', () => {
  it.each([
    ['disabled', { enabled: false }],
    ['not selected any more', { tags: ['out'] }],
    ['changed itself', { description: 'changed' }],
  ])('does not come to mean another entry when its own is %s', async (_, patch) => {
    const { facet, mine, shown, waiting, endpoint } = await clashing()
    const client = await connectClient(endpoint)
    expect(await shown()).toEqual(['pay of manual'])
    await facet.ok('PATCH', `/tools/${mine}`, patch)
    expect(await shown()).toEqual([])
    expect(await toolNames(client)).toEqual([])
    const held = (await waiting()).find(({ source }) => source === 'up')
    expect(held).toMatchObject({ name: 'pay', reason: 'name', held: true, replaces: mine })
    const call = client.callTool({ name: 'pay', arguments: {} })
    await expect(call).rejects.toThrow('Unknown tool: pay')
  })

  it('means the other entry once that is approved, and goes back only by approval too', async () => {
    const { facet, mine, shown, waiting } = await clashing()
    await shown()
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: false })
    const [held] = await waiting()
    expect(await facet.ok('GET', '/dynamic/s')).toMatchObject({ review: { pending: 1, held: 1 } })
    await facet.ok('POST', '/dynamic/s/pending/approve', { entries: [held!.id] })
    expect(await shown()).toEqual(['pay of up'])
    expect(await waiting()).toEqual([])
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: true })
    expect(await shown()).toEqual(['pay of up'])
    expect(await waiting()).toMatchObject([{ id: mine, reason: 'name', replaces: held!.id }])
    await facet.ok('POST', '/dynamic/s/pending/approve', { all: true })
    expect(await shown()).toEqual(['pay of manual'])
  })

  it('is kept for its entry while that is away for a moment', async () => {
    const { facet, mine, shown, waiting } = await clashing()
    await shown()
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: false })
    expect(await shown()).toEqual([])
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: true })
    expect(await shown()).toEqual(['pay of manual'])
    expect(await waiting()).toEqual([])
    const { shadowed } = await facet.ok<{ shadowed: Listed[] }>('GET', '/dynamic/s/catalog')
    expect(shadowed).toMatchObject([{ name: 'pay', source: 'up' }])
  })

  it('is not taken over by what an edit of the rules brings in', async () => {
    const rules = [{ type: 'tool', filter: 'federated', include_federated: true }]
    const { facet, shown, waiting, mine } = await clashing({ rules })
    expect(await shown()).toEqual(['pay of up'])
    const both = [{ type: 'tool', filter: 'true', include_federated: true }]
    await facet.ok('PATCH', '/dynamic/s', { rules: both })
    expect(await shown()).toEqual(['pay of up'])
    expect(await waiting()).toMatchObject([{ id: mine, reason: 'name' }])
  })

  it('is not taken over by an override, nor once its entry is deleted', async () => {
    const { facet, mine, shown, waiting } = await clashing()
    const other = await facet.ok<{ id: string }>('POST', '/tools', tool('refund'))
    await facet.ok('POST', '/dynamic/s/pending/approve', { all: true })
    expect(await shown()).toEqual(['pay of manual', 'refund of manual'])
    await facet.api('DELETE', `/tools/${mine}`)
    expect(await shown()).toEqual(['refund of manual'])
    const overrides = [{ match: { source: 'manual', name: 'refund' }, name: 'pay' }]
    await facet.ok('PATCH', '/dynamic/s', { overrides })
    expect(await shown()).toEqual([])
    expect((await waiting()).map(({ id }) => id)).toContain(other.id)
  })

  it('keeps its meaning over a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-names-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const settings = { database: join(directory, 'facet.db') }
    const { facet, mine, shown } = await clashing({}, { settings })
    expect(await shown()).toEqual(['pay of manual'])
    await facet.facet.close()
    const again = await startFacet({ settings })
    await again.ok('PATCH', `/tools/${mine}`, { enabled: false })
    const { tools } = await again.ok<{ tools: Listed[] }>('GET', '/dynamic/s/tools')
    expect(tools).toEqual([])
  })

  it('is explained, and foreseen by a dry run', async () => {
    const { facet, mine, shown } = await clashing()
    await shown()
    type Impact = { impact: { servers: { server: string; gains: Listed[]; loses: Listed[] }[] } }
    const { impact } = await facet.ok<Impact>('PATCH', `/tools/${mine}?dry_run=true`, {
      enabled: false,
    })
    const on = impact.servers.find(({ server }) => server === 's')
    expect(on).toMatchObject({ gains: [], loses: [{ id: mine }] })
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: false })
    const answer = await facet.ok('GET', '/dynamic/s/explain?type=tool&name=pay&source=up')
    expect(answer).toMatchObject({
      in: false,
      summary:
        'Out: it would take a name that clients know as another entry, and waits for approval. To let it in: approve it: POST /dynamic/s/pending/approve.',
    })
  })

  it('is nobody’s without review', async () => {
    const { facet, mine, shown } = await clashing({ admission: 'auto' })
    expect(await shown()).toEqual(['pay of manual'])
    await facet.ok('PATCH', `/tools/${mine}`, { enabled: false })
    expect(await shown()).toEqual(['pay of up'])
  })
})
