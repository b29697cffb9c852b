import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { eventsOf, type ShownEvent } from '../../support/events.ts'
import { startFacet } from '../../support/facet.ts'
import { rpc } from '../../support/mcp.ts'

const HOUR = 60 * 60 * 1000

/** A Facet with two callers, who have called one tool that is there and one that is not. */
async function used() {
  const clock = { at: Date.parse('2026-03-02T10:30:00Z') }
  const facet = await startFacet({
    ...WITH_ADMIN,
    listen: true,
    now: () => new Date(clock.at),
  })
  await serverWithTool(facet, 'one')
  await serverWithTool(facet, 'two')
  const keys: Record<string, string> = {}
  for (const id of ['ada', 'bob']) keys[id] = (await userWithKey(facet, id, ['client'])).key
  const call = (caller: string, server: string, name = `tool_of_${server}`) =>
    rpc(`${facet.url}/dynamic/${server}/mcp`, 'tools/call', { name }, bearer(keys[caller]!))
  await call('ada', 'one')
  await call('ada', 'two')
  clock.at += HOUR
  await call('bob', 'one')
  await call('bob', 'one', 'nothing')
  await facet.api('GET', '/dynamic/one/tools', undefined, bearer(keys.bob!))
  clock.at += HOUR
  return { facet, keys, clock }
}

const summary = (events: readonly ShownEvent[]) =>
  events.map(({ caller, server, name }) => `${caller} ${server} ${name}`)

describe('GET /events', () => {
  it('finds events by who, where, what, when and how', async () => {
    const { facet } = await used()
    const ofTools = async (query: string) => summary(await eventsOf(facet, `action=call&${query}`))
    const all = ['ada one tool_of_one', 'ada two tool_of_two', 'bob one tool_of_one']
    expect(await ofTools('')).toEqual([...all, 'bob one nothing'])
    expect(await ofTools('caller=ada')).toEqual(all.slice(0, 2))
    expect(await ofTools('server=two')).toEqual([all[1]])
    expect(await ofTools('entry=tool_of_one')).toEqual([all[0], all[2]])
    const [first] = await eventsOf(facet, 'entry=tool_of_one')
    expect(await ofTools(`entry=${first!.entry}`)).toEqual([all[0], all[2]])
    expect(await ofTools('decision=deny')).toEqual(['bob one nothing'])
    expect(await ofTools('outcome=denied')).toEqual(['bob one nothing'])
    expect(await ofTools('source=manual&caller=bob')).toEqual([all[2]])
    expect(await ofTools('since=2026-03-02T11:00:00Z')).toEqual([all[2], 'bob one nothing'])
    expect(await ofTools('until=2026-03-02T12:00:00%2B01:00')).toEqual(all.slice(0, 2))
    const { status, body } = await facet.api('GET', '/events?since=yesterday')
    expect([status, body.errors[0].path]).toEqual([400, 'since'])
    expect((await facet.api('GET', '/events?action=think')).status).toBe(400)
  })

  it('comes in pages that are neither skipped nor repeated while more is written', async () => {
    const { facet } = await used()
    const whole = (await eventsOf(facet)).map(({ id }) => id).reverse()
    const seen: number[] = []
    let cursor = ''
    for (;;) {
      const path = `/events?limit=3${cursor && `&cursor=${cursor}`}`
      const page = await facet.ok<{ events: ShownEvent[]; next_cursor?: string }>('GET', path)
      seen.push(...page.events.map(({ id }) => id))
      await facet.ok('POST', '/users', { name: `New ${seen.length}` })
      if (!page.next_cursor) break
      cursor = page.next_cursor
    }
    expect(seen).toEqual(whole)
    expect((await facet.api('GET', '/events?cursor=!')).body.code).toBe('invalid_cursor')
  })

  it('is followed with after, oldest first', async () => {
    const { facet } = await used()
    const all = (await eventsOf(facet)).map(({ id }) => id)
    const page = await facet.ok<{ events: ShownEvent[]; next_cursor: string }>(
      'GET',
      `/events?after=${all[1]}&limit=2`,
    )
    expect(page.events.map(({ id }) => id)).toEqual(all.slice(2, 4))
    const more = `/events?after=${all[1]}&limit=500&cursor=${page.next_cursor}`
    const { events } = await facet.ok<{ events: ShownEvent[] }>('GET', more)
    expect(events.map(({ id }) => id)).toEqual(all.slice(4))
  })

  it('is for administrators', async () => {
    const { facet } = await used()
    const { key } = await userWithKey(facet, 'eve', ['editor'])
    for (const path of ['/events', '/events/export', '/events/sinks', '/usage']) {
      expect([path, (await facet.api('GET', path, undefined, bearer(key))).status]).toEqual([
        path,
        403,
      ])
    }
  })
})

describe('GET /events/export', () => {
  it('has every event that is asked for, as lines of JSON or for a spreadsheet', async () => {
    const { facet, keys } = await used()
    const formula = '=HYPERLINK("http://evil.example","a")'
    const url = `${facet.url}/dynamic/one/mcp`
    await rpc(url, 'tools/call', { name: formula }, bearer(keys.ada!))
    const lines = (await facet.api('GET', '/events/export?action=call')).text.trimEnd().split('\n')
    const events = await eventsOf(facet, 'action=call')
    expect(lines.map((line) => JSON.parse(line)).reverse()).toEqual(events)
    const { text, headers } = await facet.api('GET', '/events/export?format=csv&action=call')
    expect(headers.get('content-type')).toMatch(/^text\/csv/)
    const rows = text.trimEnd().split('\r\n')
    expect(rows[0]).toBe(Object.keys(events[0]!).join(','))
    expect(rows.length).toBe(events.length + 1)
    expect(text).toContain(`"'=HYPERLINK(""http`)
    for (const row of rows) expect(row).not.toMatch(/(?:^|,)"?[=+@]/)
  })
})

describe('usage', () => {
  it('adds up what callers did, by server, in whole hours', async () => {
    const { facet } = await used()
    const usage = await facet.ok<Usage>('GET', '/usage')
    expect(usage.until).toBe('2026-03-02T13:00:00.000Z')
    const [ada, bob] = usage.callers
    expect(ada).toMatchObject({ caller: 'ada', calls: 2, errors: 2, denied: 0, lists: 0 })
    expect(ada!.servers.map(({ server, calls }) => [server, calls])).toEqual([
      ['one', 1],
      ['two', 1],
    ])
    expect(bob).toMatchObject({ caller: 'bob', calls: 1, denied: 1, lists: 1 })
    expect(bob!.last_at).toBe('2026-03-02T11:30:00.000Z')
    const earlier = await facet.ok<Usage>('GET', '/usage?until=2026-03-02T11:00:00Z')
    expect(earlier.callers.map(({ caller }) => caller)).toEqual(['ada'])
    const two = await facet.ok<Usage>('GET', '/usage?server=two')
    expect(two.callers).toMatchObject([{ caller: 'ada', calls: 1 }])
  })

  it('of one’s own can be asked for by everybody, and is nobody else’s', async () => {
    const { facet, keys } = await used()
    const own = (await facet.api('GET', '/me/usage', undefined, bearer(keys.bob!))).body
    expect(own).toMatchObject({ caller: 'bob', calls: 1, denied: 1 })
    expect(JSON.stringify(own)).not.toContain('ada')
    const { key } = await userWithKey(facet, 'new', ['risk-team'])
    const none = (await facet.api('GET', '/me/usage', undefined, bearer(key))).body
    expect(none).toMatchObject({ caller: 'new', calls: 0, last_at: null, servers: [] })
  })
})

interface Usage {
  readonly until: string
  readonly callers: {
    readonly caller: string
    readonly calls: number
    readonly last_at: string
    readonly servers: { server: string; calls: number }[]
  }[]
}
