import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { EVERYTHING } from '../support/federated.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { inState } from '../support/wait.ts'

const SOURCES: Record<string, string[]> = {
  'brave-search': ['web_search', 'local_search'],
  postgres: ['query', 'list_tables', 'drop_table', 'truncate_all'],
  playwright: ['navigate', 'browser_type', 'browser_click'],
  notion: ['read_page'],
}

const RULES = {
  agents: {
    researcher: {
      allow: { servers: ['brave-search'], tools: { 'brave-search': ['*'] } },
    },
    'team.backend': {
      allow: { servers: ['postgres'], tools: { postgres: ['query', 'list_*', 'drop_table'] } },
      deny: { tools: { postgres: ['drop_*', 'truncate_*'] } },
    },
    tester: {
      allow: { servers: ['playwright'] },
      deny: { tools: { playwright: ['browser_type'] } },
    },
    chief: {
      allow: { servers: ['*'], tools: { '*': ['*'] } },
      deny: { servers: ['notion'] },
    },
    default: { deny: { servers: ['*'] } },
  },
  defaults: { deny_on_missing_agent: false },
}

const EXPECTED: Record<string, string[]> = {
  researcher: ['local_search', 'web_search'],
  'team.backend': ['list_tables', 'query'],
  tester: ['browser_click', 'navigate'],
  chief: [...SOURCES['brave-search']!, ...SOURCES.postgres!, ...SOURCES.playwright!].sort(),
  default: [],
}

async function started(): Promise<TestFacet> {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
  for (const [id, names] of Object.entries(SOURCES)) {
    const upstream = await FakeUpstream.start()
    upstream.tools = names.map((name) => fakeTool(name))
    upstream.prompts = [{ name: `about_${id}` }]
    await facet.ok('POST', '/sources', { id, transport: { type: 'http', url: upstream.url } })
    await inState(facet, id, 'up')
  }
  await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: EVERYTHING })
  return facet
}

const send = (facet: TestFacet, rules: object, query = '') =>
  facet.api('POST', `/policies/import${query}`, rules)

async function toolsFor(facet: TestFacet, headers: Record<string, string>): Promise<string[]> {
  const { body } = await facet.api('GET', '/dynamic/s/tools', undefined, headers)
  return body.tools.map(({ name }: { name: string }) => name).sort()
}

describe('access rules for agents', () => {
  it('come to what they say, for agents with keys and for those a gateway acts as', async () => {
    const facet = await started()
    expect((await send(facet, RULES)).status).toBe(200)
    const gateway = bearer((await userWithKey(facet, 'gateway', ['client'])).key)
    await facet.ok('PATCH', '/users/gateway', { attributes: { delegates: ['*'] } })
    await facet.ok('PATCH', '/dynamic/s', { shares: { read: ['user:gateway'] } })
    for (const [agent, expected] of Object.entries(EXPECTED)) {
      const own = bearer((await userWithKey(facet, agent, ['client'])).key)
      expect([agent, await toolsFor(facet, own)]).toEqual([agent, expected])
      const named = { ...gateway, 'x-agent-id': agent }
      expect([agent, await toolsFor(facet, named)]).toEqual([agent, expected])
    }
    // Prompts are not spoken of, so nobody may use them by these rules.
    const chief = { ...gateway, 'x-agent-id': 'chief' }
    expect((await facet.api('GET', '/dynamic/s/prompts', undefined, chief)).body.prompts).toEqual(
      [],
    )
  })

  it('deny callers who name no agent, or give them the rules of one; unknown agents get nothing', async () => {
    const facet = await started()
    const ada = bearer((await userWithKey(facet, 'ada', ['client'])).key)
    const gateway = bearer((await userWithKey(facet, 'gateway', ['client'])).key)
    await facet.ok('PATCH', '/users/gateway', { attributes: { delegates: ['*'] } })
    await facet.ok('PATCH', '/dynamic/s', { shares: { read: ['user:gateway'] } })
    const unknown = { ...gateway, 'x-agent-id': 'ghost' }
    const guest = { allow: { servers: ['notion'] } }
    const rules = { agents: { ...RULES.agents, guest } }
    await send(facet, rules)
    expect(await toolsFor(facet, ada)).toEqual([])
    expect(await toolsFor(facet, unknown)).toEqual([])
    const lenient = { defaults: { deny_on_missing_agent: false }, default_agent: 'guest' }
    await send(facet, { ...rules, ...lenient })
    expect(await toolsFor(facet, ada)).toEqual(['read_page'])
    expect(await toolsFor(facet, unknown)).toEqual([])
    const tester = bearer((await userWithKey(facet, 'tester', ['client'])).key)
    expect(await toolsFor(facet, tester)).toEqual(EXPECTED.tester)
  })

  it('are tried out, replaced and taken back; policies of your own stay', async () => {
    const facet = await started()
    const own = { id: 'agents-mine', effect: 'deny', who: 'true', what: "name == 'query'" }
    await facet.ok('POST', '/policies', own)
    const idsNow = async () =>
      (await facet.ok<{ policies: { id: string }[] }>('GET', '/policies')).policies.map(
        ({ id }) => id,
      )
    const dry = await send(facet, RULES, '?dry_run=true')
    expect(dry.body).toMatchObject({ dry_run: true, changed: [], unchanged: [], removed: [] })
    expect(await idsNow()).toEqual(['agents-mine'])
    const first = await send(facet, RULES)
    expect(first.body.created).toEqual(dry.body.created)
    expect(await idsNow()).toEqual([...first.body.created, 'agents-mine'].sort())
    const again = await send(facet, RULES)
    expect(again.body).toMatchObject({ created: [], changed: [], removed: [] })
    const { tester } = RULES.agents
    const less = await send(facet, { agents: { tester: { ...tester, deny: {} } } })
    expect(less.body.unchanged).toEqual(['agents-tester-allow-1'])
    expect(less.body.removed).toContain('agents-tester-deny-1')
    expect(await idsNow()).toEqual(['agents-mine', 'agents-tester-allow-1'])
  })

  it('say what is not there yet, what allows nothing, and what stays denied', async () => {
    const facet = await started()
    await facet.ok('PATCH', '/dynamic/s', { access: 'open' })
    const agents = {
      a: {
        allow: { servers: ['later'], tools: { notion: ['x'], later: ['run'] } },
        deny: { tools: { later: ['r*'] } },
      },
    }
    const { body } = await send(facet, { agents })
    const notes = body.notes.map(({ message }: { message: string }) => message)
    expect(notes).toEqual([
      'notion is not among the allowed servers, so this allows nothing.',
      'run is allowed by name and denied by a pattern; what is denied stays denied.',
      'There is no source later yet.',
      'There is no source later yet.',
      's is open: only what is denied counts there, until its access is policy.',
    ])
  })

  it.each<[object, string]>([
    [{ agents: { 'a b': {} } }, 'agents'],
    [{ agents: { a: { denny: {} } } }, 'agents.a'],
    [{ agents: { a: { deny: { servers: ['x*'] } } } }, 'agents.a.deny.servers'],
    [{ agents: { a: { allow: { tools: { x: ['get_[ab]'] } } } } }, 'agents.a.allow.tools.x[0]'],
    [{ agents: { a: { allow: { tools: { x: ["' || true"] } } } } }, 'agents.a.allow.tools.x[0]'],
    [{ agents: {}, defaults: { deny_on_missing_agent: false } }, 'defaults.deny_on_missing_agent'],
    [{}, 'agents'],
  ])('are refused whole with the place of a mistake: %j', async (rules, path) => {
    const facet = await startFacet(WITH_ADMIN)
    const { status, body } = await send(facet, rules)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors[0].path).toContain(path)
    expect((await facet.ok<{ policies: object[] }>('GET', '/policies')).policies).toEqual([])
  })

  it('take servers that are called like a member of every object', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { status, body } = await send(facet, {
      agents: {
        a: {
          allow: { servers: ['constructor'], tools: { toString: ['x'] } },
          deny: { tools: { valueOf: ['y'] } },
        },
      },
    })
    expect(status).toBe(200)
    expect(body.policies.map(({ what }: { what: string }) => what)).toEqual([
      "type == 'tool' && source == 'valueOf' && name in ['y']",
      "type == 'tool' && source in ['constructor']",
    ])
  })

  it('can name more tools than one filter holds', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const many = Array.from({ length: 300 }, (_, i) => `tool_number_${i}`)
    const { body } = await send(facet, {
      agents: { a: { allow: { servers: ['x'], tools: { x: [...many, 'a*', 'b*'] } } } },
    })
    expect(body.created.length).toBeGreaterThan(3)
  })

  it('are for administrators', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const editor = bearer((await userWithKey(facet, 'eve', ['editor'])).key)
    expect((await facet.api('POST', '/policies/import', RULES, editor)).status).toBe(403)
  })

  it('are imported by the command line', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const file = join(tmpdir(), `rules-${process.pid}.json`)
    writeFileSync(file, JSON.stringify(RULES))
    process.env.FACET_ADMIN_TOKEN = ADMIN_TOKEN
    await createProgram().parseAsync(['policies', 'import', file, '--server', facet.url], {
      from: 'user',
    })
    delete process.env.FACET_ADMIN_TOKEN
    const { policies } = await facet.ok<{ policies: { id: string }[] }>('GET', '/policies')
    expect(policies.map(({ id }) => id)).toContain('agents-researcher-allow-1')
  })
})

describe('policies of the configuration file', () => {
  it('count from the start and are changed there alone', async () => {
    const configured = { id: 'p', effect: 'allow', who: "caller.id == 'ada'", what: "name == 'x'" }
    const settings = { ...WITH_ADMIN.settings, policies: [configured] }
    const facet = await startFacet({ ...WITH_ADMIN, settings })
    const handler = { type: 'http', url: 'https://api.example.com/' }
    for (const name of ['x', 'y']) await facet.ok('POST', '/tools', { name, handler })
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: EVERYTHING })
    const ada = bearer((await userWithKey(facet, 'ada', ['client'])).key)
    expect(await toolsFor(facet, ada)).toEqual(['x'])
    expect(await facet.ok<object>('GET', '/policies/p')).toMatchObject({ origin: 'config' })
    for (const method of ['PATCH', 'DELETE']) {
      const { body } = await facet.api(method, '/policies/p', method === 'PATCH' ? {} : undefined)
      expect(body.code).toBe('managed_by_config')
    }
  })

  it.each([[{ who: 'tags' }], [{ what: 'tagz' }], [{ id: undefined }], [{ actions: ['fly'] }]])(
    'stop the start when they are wrong: %j',
    async (wrong) => {
      const policy = { id: 'p', effect: 'allow', who: 'true', what: 'true', ...wrong }
      await expect(startFacet({ settings: { policies: [policy] } })).rejects.toThrow()
    },
  )
})
