import { describe, expect, it } from 'vitest'
import { prompt, resource, server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { inState } from '../support/wait.ts'

async function seeded() {
  const facet = await startFacet()
  await facet.ok('POST', '/tools', tool('a', { tags: ['x'], title: 'A', description: 'first' }))
  await facet.ok('POST', '/tools', tool('b', { tags: ['x', 'y'] }))
  await facet.ok('POST', '/prompts', prompt('p'))
  await facet.ok('POST', '/resources', resource('docs://r'))
  return facet
}

describe('POST /dynamic/preview', () => {
  it('shows the simulated catalog: entries, who matched them, counts and tokens', async () => {
    const { ok } = await seeded()
    const rules = [
      { type: 'tool', filter: "'x' in tags" },
      { type: 'tool', filter: "'y' in tags" },
      { type: 'prompt', filter: 'true' },
    ]
    const preview = await ok<Record<string, unknown>>('POST', '/dynamic/preview', { rules })
    expect(preview).toMatchObject({
      tools: [
        {
          name: 'a',
          title: 'A',
          description: 'first',
          tags: ['x'],
          source: 'manual',
          matched_by: [0],
        },
        { name: 'b', matched_by: [0, 1] },
      ],
      prompts: [{ name: 'p', matched_by: [2] }],
      resources: [],
      resource_templates: [],
      counts: { tools: 2, prompts: 1, resources: 0, resource_templates: 0 },
      rules: [
        { index: 0, matched: 2, only_here: 1, flags: [] },
        { index: 1, matched: 1, only_here: 0, flags: [] },
        { index: 2, matched: 1, only_here: 1, flags: [] },
      ],
      warnings: [],
    })
    expect(preview.estimated_tokens).toBeGreaterThan(10)
    expect(preview).not.toHaveProperty('diff')
  })

  it('takes a bare array of rules too, and refuses anything else', async () => {
    const { ok, api } = await seeded()
    const rules = [{ type: 'tool', filter: "'x' in tags" }]
    expect(await ok('POST', '/dynamic/preview', rules)).toEqual(
      await ok('POST', '/dynamic/preview', { rules }),
    )
    for (const body of ['{}', '"x"', 'null', '[1]', '{"rules":{}}']) {
      const answer = await api('POST', '/dynamic/preview', body)
      expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'invalid_request'])
      expect(answer.body.errors[0].path).toMatch(/^rules/)
    }
  })

  it('writes nothing', async () => {
    const { ok } = await seeded()
    await ok('POST', '/dynamic/preview', [{ type: 'tool', filter: 'true' }])
    expect(await ok('GET', '/dynamic')).toEqual({ servers: [] })
  })

  it('warns of rules that match nothing, name unknown fields or leave entries undecided', async () => {
    const { ok } = await seeded()
    await ok('POST', '/tools', tool('c', { meta: { team: 5 } }))
    const rules = [
      { type: 'tool', filter: "'none' in tags" },
      { type: 'tool', filter: "$.tag[?@ == 'x']" },
      { type: 'tool', filter: "meta.team =~ 'x' || name == 'a'" },
    ]
    const { warnings } = await ok<{ warnings: object[] }>('POST', '/dynamic/preview', rules)
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'no_match', rule: 0 }),
      expect.objectContaining({ code: 'unknown_member', rule: 1 }),
      expect.objectContaining({ code: 'no_match', rule: 1 }),
      expect.objectContaining({ code: 'undecided', rule: 2 }),
    ])
    expect(await ok('POST', '/dynamic/preview', [])).toMatchObject({
      warnings: [{ code: 'no_rules' }],
    })
  })

  it('says how many entries of upstreams would join if the rule let them', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('r1'), fakeTool('r2')]
    const facet = await startFacet()
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    const preview = await facet.ok<{ warnings: { code: string; message: string }[] }>(
      'POST',
      '/dynamic/preview',
      [{ type: 'tool', filter: "name =~ '^r'" }],
    )
    expect(preview.warnings[0]).toMatchObject({ code: 'federated_left_out' })
    expect(preview.warnings[0]!.message).toMatch(/^2 more entries/)
  })
})

describe('POST /dynamic/{id}/preview', () => {
  it('previews the stored rules, or those of the body, against what is served', async () => {
    const { ok } = await seeded()
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'x' in tags" }))
    expect(await ok('POST', '/dynamic/s/preview')).toMatchObject({
      counts: { tools: 2 },
      diff: { added: [], removed: [] },
    })
    const rules = [
      { type: 'tool', filter: "'y' in tags" },
      { type: 'prompt', filter: 'true' },
    ]
    expect(await ok('POST', '/dynamic/s/preview', { rules })).toMatchObject({
      diff: {
        added: [{ type: 'prompt', name: 'p', source: 'manual' }],
        removed: [{ type: 'tool', name: 'a', source: 'manual' }],
      },
    })
    expect(await ok('GET', '/dynamic/s')).toMatchObject({ version: 1 })
  })

  it('applies the settings of a definition, and takes what it leaves out as it is stored', async () => {
    const { ok } = await seeded()
    const rule = { type: 'tool', filter: 'true' }
    await ok('POST', '/dynamic', server('s', rule, { max_tools: 1 }))
    const match = { source: 'manual', name: 'a' }
    const definition = { overrides: [{ match, name: 'aa' }] }
    const preview = (body: object) => ok('POST', '/dynamic/s/preview', body)
    expect(await preview({ definition })).toMatchObject({
      tools: [{ name: 'aa' }],
      trimmed: [{ name: 'b' }],
    })
    expect(await preview({ definition: { ...definition, max_tools: null } })).toMatchObject({
      counts: { tools: 2 },
      diff: { added: [{ name: 'b' }] },
    })
    expect(await ok('GET', '/dynamic/s')).toMatchObject({ version: 1, overrides: [] })
  })

  it('begins a review that is turned on with every member approved', async () => {
    const { ok } = await seeded()
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    const definition = { admission: 'review' }
    const body = await ok('POST', '/dynamic/s/preview', { definition })
    expect(body).toMatchObject({ counts: { tools: 2 }, withheld: [] })
    await ok('PATCH', '/dynamic/s', definition)
    expect(await ok('GET', '/dynamic/s/tools')).toHaveProperty('tools.length', 2)
  })

  it('says where a definition is wrong', async () => {
    const { ok, api } = await seeded()
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    const refused = (definition: unknown) => api('POST', '/dynamic/s/preview', { definition })
    expect((await refused({ max_tools: 0 })).body.errors[0].path).toBe('definition.max_tools')
    expect((await refused('all of it')).body.code).toBe('invalid_request')
  })

  it('names at most as many as the limit says in each list, and counts all', async () => {
    const { ok } = await seeded()
    await ok('POST', '/tools', tool('c', { tags: ['z'] }))
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'z' in tags" }))
    const rules = [{ type: 'tool', filter: "'x' in tags" }]
    expect(await ok('POST', '/dynamic/s/preview?limit=1', { rules })).toMatchObject({
      tools: [{ name: 'a' }],
      counts: { tools: 2 },
      diff: { added: [{ name: 'a' }], removed: [{ name: 'c' }], counts: { added: 2, removed: 1 } },
    })
    const definition = { max_tools: 1, rules: [{ type: 'tool', filter: 'true' }] }
    expect(await ok('POST', '/dynamic/s/preview?limit=0', { definition })).toMatchObject({
      tools: [],
      trimmed: [],
      left_out: { trimmed: 2 },
    })
  })

  it('has no diff for a draft, which is not served', async () => {
    const { ok } = await seeded()
    const rule = { type: 'tool', filter: 'true' }
    await ok('POST', '/dynamic', server('d', rule, { status: 'draft' }))
    expect(await ok('POST', '/dynamic/d/preview')).not.toHaveProperty('diff')
  })

  it('of an unknown server is 404', async () => {
    const { api } = await startFacet()
    expect((await api('POST', '/dynamic/none/preview')).status).toBe(404)
  })
})
