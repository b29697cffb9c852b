import { describe, expect, it } from 'vitest'
import { connectClient, toolNames } from '../../support/mcp.ts'
import { until } from '../../support/wait.ts'
import { ACME, CREATE_ISSUE, type Json, MATCH, withOverrides } from './support.ts'

const SHOWN = {
  name: 'report_bug',
  title: 'Report a bug',
  description: 'Opens an issue about Acme.',
  inputSchema: {
    type: 'object',
    properties: { title: { type: 'string' } },
    required: ['title'],
    additionalProperties: false,
    $defs: CREATE_ISSUE.$defs,
  },
}

describe('an entry that a server overrides', () => {
  it.each(['auto', 'legacy'] as const)('is listed as the override says (%s)', async (mode) => {
    const { endpoint } = await withOverrides()
    const client = await connectClient(endpoint, mode)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['remote', 'report_bug'])
    expect(tools[1]).toEqual(SHOWN)
  })

  it('is the same in the catalog of the server, and itself everywhere else', async () => {
    const { facet, url } = await withOverrides()
    const { tools } = await facet.ok<{ tools: Json[] }>('GET', '/dynamic/o/tools')
    expect(tools[1]).toMatchObject({ ...SHOWN, source: 'up' })
    const catalog = await facet.ok<{ tools: Json[] }>('GET', '/dynamic/o/catalog')
    expect(catalog.tools).toEqual(tools)
    const all = await facet.ok<{ tools: Json[] }>('GET', '/tools')
    expect(all.tools[0]).toMatchObject({ name: 'create_issue', inputSchema: CREATE_ISSUE })
    const other = await connectClient(url)
    expect(await toolNames(other)).toEqual(['create_issue', 'remote'])
  })

  it('stands where its new name belongs, also over pages', async () => {
    const overrides = [{ match: MATCH, name: 'zebra' }]
    const { facet } = await withOverrides(overrides)
    const seen: unknown[] = []
    for (let cursor = ''; ; ) {
      const path = `/dynamic/o/tools?limit=1${cursor && `&cursor=${cursor}`}`
      const page = await facet.ok<{ tools: Json[]; next_cursor?: string }>('GET', path)
      seen.push(...page.tools.map(({ name }) => name))
      if (page.next_cursor === undefined) break
      cursor = page.next_cursor
    }
    expect(seen).toEqual(['remote', 'zebra'])
  })

  it('has the name it was given, without a prefix', async () => {
    const { endpoint } = await withOverrides([ACME], { naming: 'prefixed' })
    const client = await connectClient(endpoint)
    expect(await toolNames(client)).toEqual(['up_remote', 'report_bug'])
  })

  it('can be told by the name clients would see', async () => {
    const overrides = [{ match: 'up_create_issue', name: 'report_bug' }]
    const { endpoint } = await withOverrides(overrides, { naming: 'prefixed' })
    const client = await connectClient(endpoint)
    expect(await toolNames(client)).toEqual(['up_remote', 'report_bug'])
  })

  it('may be a prompt or a resource, with a text of its own', async () => {
    const { endpoint, facet } = await withOverrides([
      { match: { type: 'prompt', source: 'up', name: 'greet' }, name: 'hello', title: 'Hello' },
      { match: { type: 'resource', source: 'up', uri: 'docs://a' }, description: 'The page' },
    ])
    const client = await connectClient(endpoint)
    const { prompts } = await client.listPrompts()
    expect(prompts).toEqual([{ name: 'hello', title: 'Hello', description: 'Greets' }])
    const { resources } = await client.listResources()
    expect(resources).toEqual([{ uri: 'docs://a', name: 'a', description: 'The page' }])
    const got = await client.getPrompt({ name: 'hello' })
    expect(JSON.stringify(got)).toContain('greet with')
    expect((await client.readResource({ uri: 'docs://a' })).contents).toHaveLength(1)
    const gone = await facet.ok<{ prompts: Json[] }>('GET', '/dynamic/o/prompts')
    expect(gone.prompts.map(({ name }) => name)).toEqual(['hello'])
  })

  it('gives way to an earlier source when its new name is taken', async () => {
    const { facet, endpoint } = await withOverrides()
    const handler = { type: 'http', url: 'https://api.example.com/run' }
    await facet.ok('POST', '/tools', { name: 'report_bug', handler })
    await facet.ok('POST', '/tools', { name: 'create_issue', handler })
    const client = await connectClient(endpoint)
    expect(await toolNames(client)).toEqual(['create_issue', 'report_bug', 'remote'])
    const { shadowed } = await facet.ok<{ shadowed: Json[] }>('GET', '/dynamic/o/catalog')
    expect(shadowed).toMatchObject([{ name: 'report_bug', source: 'up' }])
  })

  it('is selected by rules as it is, and narrowed as it is shown', async () => {
    const rules = [{ type: 'tool', filter: "name == 'create_issue'", include_federated: true }]
    const { endpoint, facet } = await withOverrides([ACME], { rules })
    const named = (name: string) => `${endpoint}?filter=${encodeURIComponent(`name == '${name}'`)}`
    expect(await toolNames(await connectClient(named('report_bug')))).toEqual(['report_bug'])
    expect(await toolNames(await connectClient(named('create_issue')))).toEqual([])
    await facet.ok('PATCH', '/dynamic/o', {
      rules: [{ type: 'tool', filter: "name == 'report_bug'", include_federated: true }],
    })
    expect(await toolNames(await connectClient(endpoint))).toEqual([])
  })

  it('is announced when clients see a difference, and only then', async () => {
    const { facet, upstream, endpoint } = await withOverrides()
    let announced = 0
    const client = await connectClient(endpoint, 'auto', {
      listChanged: { tools: { onChanged: () => void announced++ } },
    })
    await facet.ok('PATCH', '/dynamic/o', { description: 'for people' })
    // What the override covers is no difference: the announcement after it is the first.
    const tool = upstream.tools.find(({ name }) => name === 'create_issue')!
    tool.description = 'Another description'
    upstream.announce('tools')
    await until('the catalog has it', async () => {
      const { tools } = await facet.ok<{ tools: Json[] }>('GET', '/tools?q=Another')
      return tools.length === 1
    })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(announced).toBe(0)
    await facet.ok('PATCH', '/dynamic/o', { overrides: [{ ...ACME, title: 'Another title' }] })
    await until('it was announced', () => announced === 1)
    expect((await client.listTools()).tools[1]?.title).toBe('Another title')
  })
})

describe('a preview', () => {
  it('says what was overridden', async () => {
    const { facet } = await withOverrides()
    const preview = await facet.ok<{ tools: Json[]; warnings: Json[] }>(
      'POST',
      '/dynamic/o/preview',
    )
    expect(preview.tools[0]).not.toHaveProperty('overridden')
    expect(preview.tools[1]).toMatchObject({
      name: 'report_bug',
      title: 'Report a bug',
      overridden: {
        override: 0,
        name: 'create_issue',
        fields: ['name', 'title', 'description'],
        fixed: ['repo', 'region'],
        hidden: ['token'],
      },
    })
    expect(preview.warnings).toEqual([])
  })

  it('warns of overrides that are about nothing', async () => {
    const { facet } = await withOverrides([
      { match: { source: 'up', name: 'renamed_since' }, title: 'x' },
      { match: 'nobody', title: 'x' },
      { match: MATCH, arguments: { secret: { hidden: true } } },
    ])
    const { warnings } = await facet.ok<{ warnings: Json[] }>('POST', '/dynamic/o/preview')
    expect(warnings).toEqual([
      {
        code: 'override_unmatched',
        override: 0,
        message: 'overrides[0] is about no entry there is now.',
      },
      {
        code: 'override_unmatched',
        override: 1,
        message: 'overrides[1] is about no entry there is now.',
      },
      {
        code: 'override_unmatched',
        override: 2,
        message: 'overrides[2] hides secret, which the tool does not have.',
      },
    ])
  })
})

describe('explaining an entry', () => {
  it('tells of the override, found by either name', async () => {
    const { facet } = await withOverrides()
    for (const name of ['report_bug', 'create_issue']) {
      const answer = await facet.ok<{ name: string; in: boolean; stages: Json[] }>(
        'GET',
        `/dynamic/o/explain?type=tool&name=${name}`,
      )
      expect([answer.in, answer.name]).toEqual([true, 'report_bug'])
      expect(answer.stages.find(({ stage }) => stage === 'override')).toEqual({
        stage: 'override',
        passed: true,
        override: 0,
        text: "overrides[0] gives it the name 'report_bug', title, description, the fixed argument 'repo', the fixed argument 'region', the hidden argument 'token'",
      })
    }
    const other = await facet.ok<{ stages: Json[] }>('GET', '/dynamic/o/explain?name=remote')
    expect(other.stages.find(({ stage }) => stage === 'override')).toMatchObject({
      passed: true,
      text: 'no override is about it',
    })
  })
})
