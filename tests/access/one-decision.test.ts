import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { prompt, resource, server, template, tool } from '../support/bodies.ts'
import { ask, beginSession, bothWays } from '../support/both-ways.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import {
  callers,
  entries,
  policies,
  rules,
  type SomeEntry,
  servers,
  TYPES,
  type Type,
  usableBy,
} from '../support/naive-access.ts'

const USERS = ['ada', 'bob', 'eve'] as const
const NOUNS: Record<Type, string> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}
const NAMED = [
  ...[0, 1, 2, 3].map((i) => ({ type: 'tool', name: `tool${i}` }) as const),
  ...[0, 1].map((i) => ({ type: 'prompt', name: `prompt${i}` }) as const),
  ...[0, 1].map((i) => ({ type: 'resource', name: `note:/${i}` }) as const),
  { type: 'resource_template', name: 'file:/{name}' } as const,
]
// Called without it, a tool that may be used says so, and nothing is sent anywhere.
const inputSchema = { type: 'object', properties: { x: {} }, required: ['x'] }
const BODIES = {
  tool: (name: string) => tool(name, { inputSchema, description: 'a common word' }),
  prompt,
  resource,
  resource_template: template,
}

interface Stage {
  readonly facet: TestFacet
  readonly ids: ReadonlyMap<string, string>
  readonly keys: ReadonlyMap<string, Record<string, string>>
  readonly sessions: ReadonlyMap<string, Record<string, string>>
}

async function started(): Promise<Stage> {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
  const ids = new Map<string, string>()
  for (const { type, name } of NAMED) {
    const body = BODIES[type](name)
    ids.set(name, (await facet.ok<{ id: string }>('POST', `/${NOUNS[type]}`, body)).id)
  }
  const everything = TYPES.map((type) => ({ type, filter: 'true' }))
  await facet.ok('POST', '/dynamic', { ...server('d', {}), rules: everything })
  await facet.ok('POST', '/dynamic', { ...server('q', {}), rules: everything, exposure: 'search' })
  const keys = new Map<string, Record<string, string>>()
  const sessions = new Map<string, Record<string, string>>()
  for (const id of USERS) {
    const headers = bearer((await userWithKey(facet, id, ['client'])).key)
    keys.set(id, headers)
    sessions.set(id, await beginSession(`${facet.url}/dynamic/d/mcp`, {}, headers))
  }
  return { facet, ids, keys, sessions }
}

const byName = (list: { name: string }[]) => list.map(({ name }) => name).sort()

/** The lists of a caller over REST and over both eras of MCP, before any framework and by the SDK. */
async function lists({ facet, keys, sessions }: Stage, id: string, type: Type) {
  const url = `${facet.url}/dynamic/d/mcp`
  const key = type === 'resource_template' ? 'resourceTemplates' : NOUNS[type]
  const method = type === 'resource_template' ? 'resources/templates/list' : `${key}/list`
  const address = { resource: 'uri', resource_template: 'uriTemplate' }[type as string] ?? 'name'
  const addresses = (list: Record<string, string>[] = []) => list.map((one) => one[address]!).sort()
  const headers = keys.get(id)!
  const rest = await facet.api('GET', `/dynamic/d/${NOUNS[type]}`, undefined, headers)
  const whole = await facet.api('GET', '/dynamic/d/catalog', undefined, headers)
  const modern = await bothWays(url, method, {}, headers)
  const old = { ...headers, ...sessions.get(id)! }
  const legacy = await Promise.all(
    [{}, { _meta: { progressToken: 1 } }].map((params) =>
      ask(url, { jsonrpc: '2.0', id: 1, method, params }, old),
    ),
  )
  return {
    rest: addresses(rest.body[NOUNS[type]]),
    catalog: addresses(whole.body[NOUNS[type]]),
    mcp: [...modern, ...legacy].map(({ body }) => addresses(body.result?.[key])),
  }
}

/** Names of a type that can be used: what is unknown, for whatever reason, is an error of the protocol. */
async function usable({ facet, keys, sessions }: Stage, id: string, type: Type) {
  const url = `${facet.url}/dynamic/d/mcp`
  const headers = keys.get(id)!
  const found = new Map<string, string[]>()
  const names = NAMED.filter((one) => one.type === type).map(({ name }) => name)
  for (const name of names) {
    const uri = type === 'resource_template' ? 'file:/one' : name
    const [method, params] =
      type === 'tool'
        ? (['tools/call', { name }] as const)
        : type === 'prompt'
          ? (['prompts/get', { name }] as const)
          : (['resources/read', { uri }] as const)
    const named = { ...headers, 'mcp-name': 'uri' in params ? uri : name }
    const [fast, long] = await bothWays(url, method, params, named)
    const old = { ...headers, ...sessions.get(id)! }
    const legacy = await ask(url, { jsonrpc: '2.0', id: 1, method, params }, old)
    for (const [way, { body }] of Object.entries({ fast, long, legacy })) {
      const known = found.get(way) ?? []
      found.set(way, body.result ? [...known, name] : known)
    }
  }
  return [...found.values()]
}

/** What a caller finds and calls on a server that is searched. */
async function searched({ facet, keys }: Stage, id: string) {
  const url = `${facet.url}/dynamic/q/mcp`
  const headers = keys.get(id)!
  const run = async (name: string, args: object) => {
    const params = { name, arguments: args }
    const both = await bothWays(url, 'tools/call', params, { ...headers, 'mcp-name': name })
    return both.map(({ body }) => body.result)
  }
  const tools = NAMED.filter(({ type }) => type === 'tool').map(({ name }) => name)
  const hits = await run('search_tools', { query: 'common word', limit: 25 })
  const described = await run('describe_tool', { names: tools })
  const called: string[] = []
  const direct: string[] = []
  for (const name of tools) {
    const codes = (await run('call_tool', { name })).map((result) => codeOf(result))
    expect(new Set(codes).size).toBe(1)
    if (codes[0] === 'invalid_request') called.push(name)
    if ((await run(name, {})).every((result) => result)) direct.push(name)
  }
  return {
    found: hits.map(({ structuredContent }) => byName(structuredContent.tools)),
    described: described.map(({ structuredContent }) => byName(structuredContent.tools)),
    called,
    direct,
  }
}

const codeOf = (result: { _meta: Record<string, { code: string }> }) =>
  result._meta['mcp-facet/error']!.code

const without = (names: readonly string[], hidden: readonly string[]) =>
  names.filter((name) => !hidden.includes(name))

const situations = fc.record({
  entries: entries(NAMED) as fc.Arbitrary<readonly SomeEntry[]>,
  rules,
  policies,
  server: servers,
  callers: callers(USERS),
  hidden: fc.tuple(
    ...USERS.map(() =>
      fc.subarray(
        NAMED.map(({ name }) => name),
        { maxLength: 2 },
      ),
    ),
  ),
})

type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never

async function arrange({ facet, ids, keys }: Stage, some: Situation) {
  const { access, owner, roles, read, write } = some.server
  for (const { type, name, cost, ...rest } of some.entries) {
    const patch = { ...rest, meta: { cost } }
    await facet.ok('PATCH', `/${NOUNS[type]}/${ids.get(name)}`, patch)
  }
  const told = some.rules.map(({ filter, ...rule }) => ({ ...rule, filter: filter.text }))
  const grants = { access, owner, roles, shares: { read, write } }
  for (const id of ['d', 'q']) await facet.ok('PATCH', `/dynamic/${id}`, { rules: told, ...grants })
  const { policies: old } = await facet.ok<{ policies: { id: string }[] }>('GET', '/policies')
  for (const { id } of old) await facet.api('DELETE', `/policies/${id}`)
  for (const { who, what, server: only, ...policy } of some.policies) {
    const where = only === null ? {} : { server: only }
    await facet.ok('POST', '/policies', { ...policy, who: who.text, what: what.text, ...where })
  }
  for (const [i, { id, level, ...caller }] of some.callers.entries()) {
    await facet.ok('PATCH', `/users/${id}`, { ...caller, attributes: { level } })
    for (const { name } of NAMED) {
      const method = some.hidden[i]!.includes(name) ? 'PUT' : 'DELETE'
      await facet.api(method, `/me/hidden/${ids.get(name)}`, undefined, keys.get(id))
    }
  }
}

describe('for random rules, policies, callers and entries', () => {
  it('every surface lists and lets use the same, and it is what the words come to', async () => {
    const stage = await started()
    const sizes = new Set<number>()
    await fc.assert(
      fc.asyncProperty(situations, async (some) => {
        await arrange(stage, some)
        for (const [i, caller] of some.callers.entries()) {
          const hidden = some.hidden[i]!
          const question = { ...some, caller }
          for (const type of TYPES) {
            const expected = usableBy({ ...question, server: { ...some.server, id: 'd' } }, type)
            const shown = without(expected, hidden)
            sizes.add(expected.length)
            const { rest, catalog, mcp } = await lists(stage, caller.id, type)
            expect({ type, rest, catalog }).toEqual({ type, rest: shown, catalog: shown })
            expect(mcp).toEqual(mcp.map(() => shown))
            const ways = await usable(stage, caller.id, type)
            expect(ways).toEqual(ways.map(() => expected))
          }
          const expected = usableBy({ ...question, server: { ...some.server, id: 'q' } }, 'tool')
          const offers = some.rules.some(
            ({ type, effect }) => type === 'tool' && effect === 'include',
          )
          if (!offers) continue
          const { found, described, called, direct } = await searched(stage, caller.id)
          expect(found).toEqual(found.map(() => without(expected, hidden)))
          expect(described).toEqual(described.map(() => expected))
          expect({ called, direct }).toEqual({ called: expected, direct: expected })
        }
      }),
      { numRuns: 12, endOnFailure: true },
    )
    expect(sizes.size).toBeGreaterThan(2)
  }, 120_000)
})
