import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { bothWays } from '../../support/both-ways.ts'
import { eventsOf } from '../../support/events.ts'
import { startFacet } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { federate } from '../../support/federated.ts'
import { connectClient } from '../../support/mcp.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

/** A clock that a test moves. */
function clock(start = '2026-03-01T12:00:00Z') {
  let at = Date.parse(start)
  return { now: () => new Date(at), pass: (ms: number) => (at += ms) }
}

describe('a call', () => {
  it('is recorded alike, whichever way it was answered', async () => {
    const { url, facet } = await federate('modern', (upstream) => {
      upstream.call = async () => ({ content: [{ type: 'text', text: 'hello' }] })
    })
    const params = { name: 'remote', arguments: { text: 'häh' } }
    const headers = { 'mcp-name': 'remote', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }
    await bothWays(url, 'tools/call', params, headers)
    const [fast, long] = await eventsOf(facet, 'action=call')
    expect(fast).toMatchObject({
      action: 'call',
      decision: 'allow',
      outcome: 'ok',
      code: null,
      caller: 'local',
      server: 's',
      type: 'tool',
      name: 'remote',
      source: 'up',
      bytes_in: Buffer.byteLength(JSON.stringify(params.arguments)),
      request: '7',
      session: null,
      trace: TRACE,
      count: 1,
    })
    expect(fast!.entry).toMatch(/^tool_/)
    expect(fast!.ms).toBeGreaterThan(0)
    expect(fast!.bytes_out).toBeGreaterThan(40)
    expect({ ...long, id: 0, at: 0, ms: 0 }).toEqual({ ...fast, id: 0, at: 0, ms: 0 })
  })

  it('says how it ended', async () => {
    const inputSchema = { type: 'object', properties: { n: { type: 'number' } } }
    const { url, facet } = await federate('modern', (upstream) => {
      upstream.tools.push(...['fails', 'breaks'].map((name) => fakeTool(name)))
      upstream.tools.push({ name: 'strict', inputSchema })
      upstream.call = async ({ name }) => {
        if (name === 'breaks') throw Object.assign(new Error('no'), { code: -32000 })
        return { content: [], isError: name === 'fails' }
      }
    })
    const client = await connectClient(url)
    const call = (name: string, args = {}) =>
      client.callTool({ name, arguments: args }).catch(() => undefined)
    await call('remote')
    await call('fails')
    await call('breaks')
    await call('strict', { n: 'one' })
    const calls = await eventsOf(facet, 'action=call')
    expect(calls.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
      ['remote', 'ok', null],
      ['fails', 'error', 'tool_error'],
      ['breaks', 'error', 'protocol_error'],
      ['strict', 'error', 'invalid_request'],
    ])
  })

  it('of prompts, resources and templates is one as well', async () => {
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/prompts', {
      name: 'greet',
      messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }],
    })
    await facet.ok('POST', '/resources', { uri: 'doc:one', name: 'one', text: 'One' })
    const rules = ['prompt', 'resource'].map((type) => ({ type, filter: 'true' }))
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules })
    const client = await connectClient(`${facet.url}/dynamic/s/mcp`)
    await client.getPrompt({ name: 'greet' })
    await client.readResource({ uri: 'doc:one' })
    const events = await eventsOf(facet, 'server=s')
    const used = events.filter(({ action }) => action === 'call' || action === 'read')
    expect(used.map(({ action, type, name }) => [action, type, name])).toEqual([
      ['call', 'prompt', 'greet'],
      ['read', 'resource', 'doc:one'],
    ])
  })

  it('in a session tells the session by what is no credential', async () => {
    const { url, facet } = await federate('modern')
    const client = await connectClient(url, 'legacy')
    await client.callTool({ name: 'remote', arguments: {} })
    const [call] = await eventsOf(facet, 'action=call')
    expect(call!.session).toEqual(expect.any(String))
    const transport = client.transport as unknown as { sessionId: string }
    expect(transport.sessionId).toEqual(expect.any(String))
    expect(call!.session).not.toContain(transport.sessionId)
  })

  it('of a tool found by searching is recorded as a call of that tool', async () => {
    const { url, facet } = await federate('modern')
    await facet.ok('PATCH', '/dynamic/s', { exposure: 'search' })
    const client = await connectClient(url)
    await client.callTool({ name: 'call_tool', arguments: { name: 'remote' } })
    const calls = await eventsOf(facet, 'action=call')
    expect(calls.map(({ name, source }) => [name, source])).toEqual([['remote', 'up']])
  })
})

describe('a denied call', () => {
  it('says what denied it, to the administrator and to nobody else', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    for (const name of ['pay', 'ping', 'left_out']) {
      const handler = { type: 'http', url: 'https://api.example.com/' }
      await facet.ok('POST', '/tools', { name, handler })
    }
    const rules = [{ type: 'tool', filter: "name != 'left_out'" }]
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', access: 'open', rules })
    await facet.ok('POST', '/dynamic', { id: 'shut', name: 'Shut', access: 'policy', rules })
    const deny = { effect: 'deny', who: 'true', what: "name == 'pay'" }
    await facet.ok('POST', '/policies', { id: 'no-payments', ...deny })
    const { key, id } = await userWithKey(facet, 'ada', ['client'])
    const asks = [
      ['s', 'pay'],
      ['s', 'left_out'],
      ['s', 'never_was'],
      ['shut', 'ping'],
    ] as const
    const answers: string[] = []
    for (const [server, name] of asks) {
      const url = `${facet.url}/dynamic/${server}/mcp`
      const both = await bothWays(url, 'tools/call', { name }, { ...bearer(key), 'mcp-name': name })
      answers.push(...both.map(({ body }) => JSON.stringify(body).replaceAll(name, '…')))
    }
    expect(new Set(answers).size).toBe(1)
    const denied = await eventsOf(facet, 'decision=deny&caller=ada')
    const both = <T>(one: T) => [one, one]
    expect(denied.map(({ name, decided_by }) => [name, decided_by])).toEqual([
      ...both(['pay', 'policy:no-payments']),
      ...both(['left_out', 'rules']),
      ...both(['never_was', null]),
      ...both(['ping', 'access']),
    ])
    for (const { outcome, code, credential, count } of denied) {
      expect([outcome, code, credential, count]).toEqual(['denied', 'not_found', id, 1])
    }
  })
})

/** Calls the tool `remote`, as ada, on a server that wants a policy. */
async function permitted(policies: readonly object[], definition: object = {}) {
  const { url, facet } = await federate('modern', undefined, WITH_ADMIN)
  await facet.ok('PATCH', '/dynamic/s', { access: 'policy', ...definition })
  for (const policy of policies) await facet.ok('POST', '/policies', { effect: 'allow', ...policy })
  const { key } = await userWithKey(facet, 'ada', ['client'])
  await facet.ok('PATCH', '/users/ada', { groups: ['risk'], attributes: { tool: 'remote' } })
  const call = async (name = 'remote') => {
    const headers = { ...bearer(key), 'mcp-name': name }
    await bothWays(url, 'tools/call', { name }, headers)
  }
  const decided = async () =>
    (await eventsOf(facet, 'action=call&caller=ada')).map(({ decided_by }) => decided_by)
  return { facet, call, decided }
}

const BY_NAME = { id: 'by-name', who: "'risk' in caller.groups", what: "name == 'remote'" }

describe('an allowed call', () => {
  it.each([
    ['one about the entry', [BY_NAME]],
    ['the one that is met', [{ ...BY_NAME, id: 'a', who: 'false' }, BY_NAME]],
    ['one that looks at the caller', [{ ...BY_NAME, what: 'name == caller.attributes.tool' }]],
    ['one about everything', [{ ...BY_NAME, what: 'true' }]],
    [
      'one about everything, beside a deny of something else',
      [
        { ...BY_NAME, what: 'true' },
        { effect: 'deny', who: 'true', what: "name == 'other'" },
      ],
    ],
  ])('says which policy allowed it, whichever way it was answered: %s', async (_, policies) => {
    const { call, decided } = await permitted(policies)
    await call()
    expect(await decided()).toEqual(['policy:by-name', 'policy:by-name'])
  })

  it.each([
    ['the server is open', { access: 'open' }],
    ['the server is theirs', { owner: 'ada' }],
  ])('names no policy where %s', async (_, definition) => {
    const { call, decided } = await permitted([{ ...BY_NAME, what: 'true' }], definition)
    await call()
    expect(await decided()).toEqual([null, null])
  })

  it('names the policy that allowed it then, not one before or after', async () => {
    const { facet, call, decided } = await permitted([BY_NAME])
    await call()
    await facet.ok('PATCH', '/policies/by-name', { what: "'kept' in tags" })
    await facet.ok('POST', '/policies', { ...BY_NAME, id: 'next', effect: 'allow' })
    await call()
    const { tools } = await facet.ok<{ tools: { id: string }[] }>('GET', '/tools?source=up')
    await facet.ok('PATCH', `/tools/${tools[0]!.id}`, { tags: ['kept'] })
    await facet.ok('DELETE', '/policies/next')
    await call()
    const both = (id: string) => [`policy:${id}`, `policy:${id}`]
    expect(await decided()).toEqual([...both('by-name'), ...both('next'), ...both('by-name')])
  })

  it('that a guard refuses names the guard', async () => {
    const { facet, call, decided } = await permitted([BY_NAME])
    await facet.ok('POST', '/guards', {
      id: 'no',
      kind: 'arguments',
      what: 'true',
      condition: 'false',
    })
    await call()
    expect(await decided()).toEqual(['guard:no', 'guard:no'])
  })
})

describe('lists', () => {
  it('are counted by caller, server and minute', async () => {
    const { now, pass } = clock()
    const { url, facet } = await federate('modern', undefined, { now })
    await bothWays(url, 'tools/list')
    await bothWays(url, 'tools/list')
    await facet.ok('GET', '/dynamic/s/prompts')
    expect(await eventsOf(facet, 'action=list')).toEqual([])
    pass(60_000)
    await bothWays(url, 'tools/list')
    pass(60_000)
    const lists = await eventsOf(facet, 'action=list')
    expect(lists.map(({ at, type, count }) => [at, type, count])).toEqual([
      ['2026-03-01T12:00:00.000Z', 'tool', 4],
      ['2026-03-01T12:00:00.000Z', 'prompt', 1],
      ['2026-03-01T12:01:00.000Z', 'tool', 2],
    ])
    expect(lists[0]).toMatchObject({ caller: 'local', server: 's', decision: 'allow' })
  })
})
