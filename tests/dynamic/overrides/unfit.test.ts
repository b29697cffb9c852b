import { describe, expect, it } from 'vitest'
import { connectClient, rpc, toolNames } from '../../support/mcp.ts'
import { ACME, CREATE_ISSUE, type Json, MATCH, type Overridden, withOverrides } from './support.ts'

/** The upstream says something else of its tool from now on. */
async function change({ upstream, facet }: Overridden, inputSchema: object): Promise<void> {
  const tool = upstream.tools.find(({ name }) => name === 'create_issue')!
  tool.inputSchema = inputSchema
  await facet.ok('POST', '/sources/up/sync')
}

const { repo: _, ...withoutRepo } = CREATE_ISSUE.properties

const CHANGES: [string, object, string][] = [
  [
    'is gone',
    { ...CREATE_ISSUE, properties: withoutRepo, required: ['title'] },
    'there is no argument repo',
  ],
  [
    'takes another type',
    { ...CREATE_ISSUE, properties: { ...withoutRepo, repo: { type: 'integer' } } },
    'the fixed value does not fit: repo must be integer',
  ],
  [
    'does not take the value any more',
    { ...CREATE_ISSUE, $defs: { repo: { type: 'string', enum: ['other/x'] } } },
    'the fixed value does not fit: repo must be equal to one of the allowed values: other/x',
  ],
]

describe.each(CHANGES)('a tool whose fixed argument %s', (_, schema, message) => {
  it('is left out, and says so everywhere', async () => {
    const started = await withOverrides()
    const { facet, endpoint, upstream } = started
    await change(started, schema)
    expect(await toolNames(await connectClient(endpoint))).toEqual(['remote'])
    const args = { title: 'Bug' }
    for (const name of ['report_bug', 'create_issue']) {
      const { body } = await rpc(endpoint, 'tools/call', { name, arguments: args })
      expect(body.error?.message).toBe(`Unknown tool: ${name}`)
    }
    expect(upstream.seen).not.toContain('tools/call')

    const unfit = { name: 'create_issue', source: 'up', override: 0, message }
    const catalog = await facet.ok<{ unfit: Json[] }>('GET', '/dynamic/o/catalog')
    expect(catalog.unfit).toMatchObject([unfit])
    const preview = await facet.ok<{ unfit: Json[]; warnings: Json[] }>(
      'POST',
      '/dynamic/o/preview',
    )
    expect(preview.unfit).toMatchObject([unfit])
    expect(preview.warnings).toMatchObject([{ code: 'override_unfit', override: 0 }])
    expect(await facet.ok('GET', '/dynamic/o')).toMatchObject({
      health: 'degraded',
      degraded: [
        {
          code: 'override_unfit',
          override: 0,
          message: `create_issue of up is left out: ${message}.`,
        },
      ],
    })
    const explained = await facet.ok<{ stages: Json[] }>(
      'GET',
      '/dynamic/o/explain?type=tool&name=create_issue',
    )
    expect(explained).toMatchObject({
      in: false,
      nearest: { changes: [{ on: 'server' }] },
    })
    expect(explained.stages.find(({ stage }) => stage === 'override')).toMatchObject({
      passed: false,
      text: `overrides[0] does not fit it: ${message}`,
    })
    const metrics = await facet.api('GET', '/metrics')
    expect(metrics.text).toContain('facet_server_unfit_entries{server="o"} 1')
  })
})

describe('a tool that was left out', () => {
  it('comes back when it fits again, or when the override is mended', async () => {
    const started = await withOverrides()
    const { facet, endpoint } = started
    const client = await connectClient(endpoint)
    await change(started, CHANGES[1]![1])
    expect(await toolNames(client)).toEqual(['remote'])
    await change(started, CREATE_ISSUE)
    expect(await toolNames(client)).toEqual(['remote', 'report_bug'])
    await change(started, CHANGES[1]![1])
    await facet.ok('PATCH', '/dynamic/o', {
      overrides: [{ match: MATCH, arguments: { repo: { fixed: 7 } } }],
    })
    expect(await toolNames(client)).toEqual(['create_issue', 'remote'])
  })

  it('does not keep the rest of the server from being changed', async () => {
    const started = await withOverrides()
    await change(started, CHANGES[0]![1])
    const { facet } = started
    expect((await facet.api('PATCH', '/dynamic/o', { description: 'x' })).status).toBe(200)
    const title = 'Another'
    const patch = { overrides: [{ ...ACME, title }] }
    const refused = await facet.api('PATCH', '/dynamic/o', patch)
    expect([refused.status, refused.body.errors[0].path]).toEqual([
      400,
      'overrides[0].arguments.repo',
    ])
  })
})

describe('a hidden argument that becomes required', () => {
  it('takes the tool out: no call could be right', async () => {
    const started = await withOverrides([{ match: MATCH, arguments: { token: { hidden: true } } }])
    await change(started, { ...CREATE_ISSUE, required: ['token'] })
    expect(await toolNames(await connectClient(started.endpoint))).toEqual(['remote'])
  })
})

describe('two overrides that turn out to be about one tool', () => {
  it('take it out: neither is dropped silently', async () => {
    const started = await withOverrides([
      { match: { source: 'up', name: 'later' }, arguments: { repo: { fixed: 'acme/x' } } },
      { match: 'later', title: 'Later' },
    ])
    const { upstream, facet, endpoint } = started
    upstream.tools.push({ name: 'later', inputSchema: CREATE_ISSUE })
    await facet.ok('POST', '/sources/up/sync')
    expect(await toolNames(await connectClient(endpoint))).toEqual(['create_issue', 'remote'])
    const { unfit } = await facet.ok<{ unfit: Json[] }>('GET', '/dynamic/o/catalog')
    expect(unfit).toMatchObject([
      { name: 'later', message: 'overrides[0] and overrides[1] are about the same entry' },
    ])
  })
})

describe('a frozen server', () => {
  it('keeps showing and applying an override, and lets go of a tool it no longer fits', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const started = await withOverrides([ACME], { cache_ttl: 600 }, { now: () => new Date(now) })
    const { endpoint } = started
    const client = await connectClient(endpoint)
    expect(await toolNames(client)).toEqual(['remote', 'report_bug'])
    const described = { ...CREATE_ISSUE, description: 'changed' }
    await change(started, described)
    const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' })
    expect(tools[1]?.inputSchema).not.toHaveProperty('description')
    const result = await rpc(endpoint, 'tools/call', {
      name: 'report_bug',
      arguments: { title: 'Bug' },
    })
    expect(JSON.stringify(result.body)).toContain('acme/x')
    await change(started, CHANGES[0]![1])
    expect(await toolNames(client)).toEqual(['remote'])
    now += 601_000
    expect(await toolNames(client)).toEqual(['remote'])
  })
})

describe('a server under review that shows what was approved', () => {
  it('lets go of a tool whose override does not fit it as it is now', async () => {
    const started = await withOverrides([ACME], { admission: 'review', on_change: 'keep' })
    const { endpoint } = started
    const client = await connectClient(endpoint)
    await change(started, { ...CREATE_ISSUE, description: 'changed' })
    expect(await toolNames(client)).toEqual(['remote', 'report_bug'])
    await change(started, CHANGES[0]![1])
    expect(await toolNames(client)).toEqual(['remote'])
  })
})

describe('a dry run', () => {
  it('foresees names, and what does not fit any more', async () => {
    const { facet } = await withOverrides([
      {
        match: { source: 'manual', name: 'made' },
        name: 'shown',
        arguments: { repo: { fixed: 'acme/x' } },
      },
    ])
    const made = await facet.ok<{ id: string }>('POST', '/tools', {
      name: 'made',
      inputSchema: { type: 'object', properties: { repo: { type: 'string' } } },
      handler: { type: 'http', url: 'https://api.example.com/run' },
    })
    type Impact = { impact: { servers: Json[] } }
    const onO = async (patch: object) => {
      const { impact } = await facet.ok<Impact>('PATCH', `/tools/${made.id}?dry_run=true`, patch)
      return impact.servers.find(({ server }) => server === 'o')
    }
    expect(await onO({ description: 'new' })).toMatchObject({ changes: [{ name: 'shown' }] })
    const integer = { type: 'object', properties: { repo: { type: 'integer' } } }
    expect(await onO({ inputSchema: integer })).toMatchObject({ loses: [{ name: 'shown' }] })
  })
})
