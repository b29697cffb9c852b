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
