import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { server } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

const RULE = { type: 'tool', filter: "'x' in tags" }

describe('a dynamic server', () => {
  it('is made with 201, its address, its ETag and all defaults', async () => {
    const { api } = await startFacet()
    const body = { name: 'RiskOps Dynamic Server', rules: [RULE] }
    const { status, headers, body: made } = await api('POST', '/dynamic', body)
    expect(status).toBe(201)
    expect(headers.get('location')).toBe('/dynamic/riskops-dynamic-server')
    expect(headers.get('etag')).toBe('"1"')
    expect(made).toMatchObject({
      id: 'riskops-dynamic-server',
      status: 'active',
      cache_ttl: 0,
      exposure: 'direct',
      naming: 'plain',
      origin: 'rest',
      health: 'ok',
      rules: [{ type: 'tool', mode: 'rule', effect: 'include', include_federated: false }],
    })
  })

  it('takes the id it is given, and a free one made of its name otherwise', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', server('riskops', RULE))
    expect((await api('POST', '/dynamic', server('riskops', RULE))).body.code).toBe('id_taken')
    const again = await ok('POST', '/dynamic', { name: 'riskops', rules: [RULE] })
    expect(again).toMatchObject({ id: 'riskops-2' })
    expect(await ok('POST', '/dynamic', { name: '金融', rules: [RULE] })).toMatchObject({
      id: 'server',
    })
    for (const id of ['all', 'preview']) {
      expect((await api('POST', '/dynamic', server(id, RULE))).body.code).toBe('id_taken')
    }
  })

  it('is listed in order of creation, read, replaced, patched and deleted', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', server('b', RULE))
    await ok('POST', '/dynamic', server('a', RULE))
    const ids = async () => {
      const { servers } = await ok<{ servers: { id: string }[] }>('GET', '/dynamic')
      return servers.map(({ id }) => id)
    }
    expect(await ids()).toEqual(['b', 'a'])
    await ok('PATCH', '/dynamic/a', { description: 'patched', cache_ttl: 5 })
    expect(await ok('GET', '/dynamic/a')).toMatchObject({ description: 'patched', cache_ttl: 5 })
    await ok('PUT', '/dynamic/a', { name: 'replaced', rules: [RULE, RULE] })
    const replaced = await ok<Record<string, unknown>>('GET', '/dynamic/a')
    expect(replaced).toMatchObject({ name: 'replaced', cache_ttl: 0, version: 3 })
    expect(replaced).not.toHaveProperty('description')
    expect((await api('DELETE', '/dynamic/a')).status).toBe(204)
    expect((await api('GET', '/dynamic/a')).status).toBe(404)
    expect((await api('DELETE', '/dynamic/a')).status).toBe(404)
    expect(await ids()).toEqual(['b'])
  })

  it('is changed only in the version If-Match names', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', server('a', RULE))
    await ok('PATCH', '/dynamic/a', { description: 'x' })
    const stale = { 'if-match': '"1"' }
    for (const [method, body] of [
      ['PATCH', { description: 'y' }],
      ['PUT', server('a', RULE)],
      ['DELETE', undefined],
    ] as const) {
      const answer = await api(method, '/dynamic/a', body, stale)
      expect([method, answer.status]).toEqual([method, 412])
    }
    expect(await ok('GET', '/dynamic/a')).toMatchObject({ description: 'x', version: 2 })
  })

  it('survives a restart, in its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-servers-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const settings = { database: join(folder, 'facet.db') }
    const first = await startFacet({ settings })
    for (const id of ['c', 'a', 'b']) await first.ok('POST', '/dynamic', server(id, RULE))
    const before = await first.ok('GET', '/dynamic')
    await first.facet.close()
    const second = await startFacet({ settings })
    expect(await second.ok('GET', '/dynamic')).toEqual(before)
    await second.ok('POST', '/dynamic', server('d', RULE))
    const { servers } = await second.ok<{ servers: { id: string }[] }>('GET', '/dynamic')
    expect(servers.map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd'])
  })

  it('called "all" is built in, shows everything and cannot be changed', async () => {
    const { ok, api } = await startFacet()
    expect(await ok('GET', '/dynamic/all')).toMatchObject({ id: 'all', origin: 'builtin' })
    expect((await api('PATCH', '/dynamic/all', { name: 'x' })).body.code).toBe('builtin')
    expect((await api('DELETE', '/dynamic/all')).body.code).toBe('builtin')
    expect(await ok('GET', '/dynamic')).toEqual({ servers: [] })
  })
})

describe('a dry run of a change to a server', () => {
  it('is refused, and writes nothing', async () => {
    const { api, ok } = await startFacet()
    await ok('POST', '/dynamic', server('a', RULE))
    for (const [method, path, body] of [
      ['POST', '/dynamic', server('b', RULE)],
      ['PATCH', '/dynamic/a', { name: 'other' }],
      ['DELETE', '/dynamic/a', undefined],
    ] as const) {
      const answer = await api(method, `${path}?dry_run=true`, body)
      expect([method, answer.status, answer.body.code]).toEqual([method, 400, 'not_available'])
    }
    const { servers } = await ok<{ servers: { name: string }[] }>('GET', '/dynamic')
    expect(servers).toHaveLength(1)
    expect(servers[0]).toMatchObject({ id: 'a', version: 1 })
  })
})

describe('a draft', () => {
  it('is previewed but not served, until it is activated', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', server('d', RULE, { status: 'draft' }))
    const lists = async () => (await api('GET', '/dynamic/d/tools')).body.code
    expect(await lists()).toBe('not_active')
    expect((await api('POST', '/dynamic/d/preview')).status).toBe(200)
    await ok('POST', '/dynamic/d/activate')
    expect(await lists()).toBeUndefined()
    expect(await ok('POST', '/dynamic/d/deactivate')).toMatchObject({ status: 'draft' })
    expect(await lists()).toBe('not_active')
  })

  it('may have no rules; a server that is active may not', async () => {
    const { ok, api } = await startFacet()
    expect((await api('POST', '/dynamic', { name: 'empty' })).body.code).toBe('no_rules')
    await ok('POST', '/dynamic', { name: 'empty', status: 'draft' })
    expect((await api('POST', '/dynamic/empty/activate')).body.code).toBe('no_rules')
    expect((await api('PATCH', '/dynamic/empty', { status: 'active' })).body.code).toBe('no_rules')
  })
})

describe('a definition that is wrong', () => {
  it.each([
    [{ rules: [RULE] }, 'name'],
    [{ name: 'a', id: 'A!', rules: [RULE] }, 'id'],
    [{ name: 'a', surprise: 1, rules: [RULE] }, ''],
    [{ name: 'a', cache_ttl: -1, rules: [RULE] }, 'cache_ttl'],
    [{ name: 'a', status: 'paused', rules: [RULE] }, 'status'],
    [{ name: 'a', rules: [{ ...RULE, type: 'widget' }] }, 'rules[0].type'],
    [{ name: 'a', rules: [{ type: 'tool' }] }, 'rules[0].filter'],
    [{ name: 'a', rules: [{ ...RULE, effect: 'maybe' }] }, 'rules[0].effect'],
    [{ name: 'a', rules: [{ ...RULE, apiKey: 'x' }] }, 'rules[0]'],
    [{ name: 'a', rules: [{ ...RULE, llm_prompt: 'x' }] }, 'rules[0].llm_prompt'],
    [{ name: 'a', rules: [{ type: 'tool', mode: 'llm' }] }, 'rules[0].llm_prompt'],
    [
      { name: 'a', rules: [{ type: 'tool', mode: 'llm', llm_prompt: 'x', prompt: 'y' }] },
      'rules[0].prompt',
    ],
    [{ name: 'a', rules: Array(201).fill(RULE) }, 'rules'],
  ])('is refused: %#', async (body, where) => {
    const { api, ok } = await startFacet()
    const { status, body: problem } = await api('POST', '/dynamic', body)
    expect([status, problem.errors?.[0].path]).toEqual([400, where])
    expect(await ok('GET', '/dynamic')).toEqual({ servers: [] })
  })

  it('names each wrong filter with its position, on POST, PUT, PATCH and preview alike', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', server('a', RULE))
    const rules = [RULE, { type: 'tool', filter: "name === 'x'" }, { type: 'prompt', filter: '' }]
    const wrong = [
      { path: 'rules[1].filter', code: 'filter_syntax', position: 5 },
      { path: 'rules[2].filter', code: 'filter_empty', position: 0 },
    ]
    for (const [method, path, body] of [
      ['POST', '/dynamic', { name: 'b', rules }],
      ['PUT', '/dynamic/a', { name: 'a', rules }],
      ['PATCH', '/dynamic/a', { rules }],
      ['POST', '/dynamic/preview', rules],
      ['POST', '/dynamic/a/preview', { rules }],
    ] as const) {
      const answer = await api(method, path, body)
      expect([path, answer.status, answer.body.code]).toEqual([path, 400, 'invalid_filter'])
      expect(answer.body.errors).toMatchObject(wrong)
      expect(answer.body.errors[0].message).toContain("name === 'x'\n     ^^^\nTry: write ==")
    }
    expect(await ok('GET', '/dynamic/a')).toMatchObject({ version: 1 })
  })

  it('is told what to write when it names another filter language', async () => {
    const { api } = await startFacet()
    const rules = [{ type: 'tool', filter: '.tags[]', language: 'jq' }]
    const { body } = await api('POST', '/dynamic/preview', { rules })
    expect(body.errors[0]).toMatchObject({ code: 'filter_language', path: 'rules[0].filter' })
    expect(body.errors[0].message).toMatch(/'x' in tags/)
  })
})

describe('a rule of mode llm', () => {
  const rule = { type: 'tool', mode: 'llm', prompt: 'Select tools related to finance' }

  it('is stored under llm_prompt, and makes its server degraded while no model is configured', async () => {
    const { ok, api } = await startFacet()
    const made = await ok('POST', '/dynamic', server('a', rule))
    expect(made).toMatchObject({
      health: 'degraded',
      degraded: [{ rule: 0, code: 'selector_not_configured' }],
      rules: [{ mode: 'llm', llm_prompt: rule.prompt }],
    })
    for (const [method, path] of [
      ['GET', '/dynamic/a/tools'],
      ['GET', '/dynamic/a/catalog'],
      ['POST', '/dynamic/a/preview'],
    ] as const) {
      const answer = await api(method, path)
      expect([answer.status, answer.body.code]).toEqual([503, 'selector_not_configured'])
    }
    const preview = await api('POST', '/dynamic/preview', [rule])
    expect(preview.body.code).toBe('selector_not_configured')
  })
})

describe('GET /dynamic/{id}/clients', () => {
  it('has ready configuration for clients, with the public address', async () => {
    const admin_token = 'a-token-of-an-administrator'
    const settings = { admin_token, public_url: 'https://facet.example/' }
    const { ok, api } = await startFacet({ settings, as: admin_token })
    await ok('POST', '/dynamic', server('a', RULE))
    const url = 'https://facet.example/dynamic/a/mcp'
    const config = await ok<Record<string, Record<string, string>>>('GET', '/dynamic/a/clients')
    expect(config).toMatchObject({
      url,
      claude_code: { command: `claude mcp add --transport http a ${url}` },
      cursor: { '.cursor/mcp.json': { mcpServers: { a: { url } } } },
      vscode: { '.vscode/mcp.json': { servers: { a: { type: 'http', url } } } },
    })
    const link = new URL(config.cursor!.install!)
    expect(JSON.parse(atob(link.searchParams.get('config')!))).toEqual({ url })
    expect((await api('GET', '/dynamic/none/clients')).status).toBe(404)
  })
})
