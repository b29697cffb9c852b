import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { prompt } from '../../support/bodies.ts'
import { META, modern } from '../../support/both-ways.ts'
import { rpc } from '../../support/mcp.ts'
import { type Guarded, guarded, outcomeOf, PATHS } from './paths.ts'

/** A clock that stands still until it is moved. */
function stoppedClock() {
  let at = Date.parse('2026-03-04T05:06:07Z')
  const wait = (seconds: number) => {
    at += seconds * 1000
  }
  return { now: () => new Date(at), wait }
}

const ONCE = { kind: 'rate', what: 'true', limit: 1, per_seconds: 60 }

async function limited(guard: object) {
  const clock = stoppedClock()
  const on = await guarded({ ...WITH_ADMIN, now: clock.now })
  const keys: Record<string, string> = {}
  for (const id of ['ada', 'bob']) keys[id] = (await userWithKey(on.facet, id, ['client'])).key
  await on.facet.ok('POST', '/guards', { id: 'g', ...ONCE, ...guard })
  const call = async (who: string, server = 's', name = 'remote') => {
    const headers = bearer(keys[who]!)
    const { body } = await rpc(on.urlOf(server), 'tools/call', { name, arguments: {} }, headers)
    return outcomeOf(body as never)
  }
  const passes = async (...asked: Parameters<typeof call>) =>
    (await call(...asked)).code === undefined
  return { ...on, ...clock, call, passes, keys }
}

describe('a rate', () => {
  it.each(Object.keys(PATHS))('holds whichever way is taken: %s', async (path) => {
    const clock = stoppedClock()
    const on: Guarded = await guarded({ now: clock.now })
    await on.facet.ok('POST', '/guards', ONCE)
    expect((await PATHS[path]!(on, 'fine')).code).toBeUndefined()
    expect(await PATHS[path]!(on, 'fine')).toMatchObject({
      text: expect.stringContaining('Rate limit reached: try again in 60 s.'),
      code: 'rate_limited',
      details: { retry_after: 60 },
    })
    expect(on.ran()).toBe(1)
    clock.wait(60)
    expect((await PATHS[path]!(on, 'fine')).code).toBeUndefined()
    expect(on.ran()).toBe(2)
  })

  it('fills up little by little, and never beyond its burst', async () => {
    const { passes, call, wait } = await limited({ limit: 6, per_seconds: 60, burst: 2 })
    expect([await passes('ada'), await passes('ada'), await passes('ada')]).toEqual([
      true,
      true,
      false,
    ])
    wait(9)
    expect((await call('ada')).details.retry_after).toBe(1)
    wait(1)
    expect([await passes('ada'), await passes('ada')]).toEqual([true, false])
    wait(86_400)
    expect([await passes('ada'), await passes('ada'), await passes('ada')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it.each([
    [['caller'], ['bob', 's', 'remote'], true],
    [['caller'], ['ada', 'renaming', 'pinned'], false],
    [['server'], ['ada', 'renaming', 'pinned'], true],
    [['server'], ['bob', 's', 'pinned'], false],
    [['entry'], ['ada', 's', 'pinned'], true],
    [['entry'], ['bob', 'frozen', 'remote'], false],
    [['source'], ['bob', 'renaming', 'pinned'], false],
    [[], ['bob', 'renaming', 'pinned'], false],
    [['caller', 'entry'], ['bob', 's', 'remote'], true],
    [['caller', 'entry'], ['ada', 'frozen', 'remote'], false],
  ] as const)(
    'per %j, once ada called remote on s: %j passes: %j',
    async (per, [who, server, name], expected) => {
      const { passes } = await limited({ per })
      expect(await passes('ada', 's', 'remote')).toBe(true)
      expect(await passes(who, server, name)).toBe(expected)
    },
  )

  it('per source leaves other sources alone', async () => {
    const { facet, url, keys, passes } = await limited({ per: ['source'] })
    await facet.ok('POST', '/prompts', prompt('by_hand'))
    expect([await passes('ada'), await passes('bob')]).toEqual([true, false])
    const get = () => rpc(url, 'prompts/get', { name: 'by_hand' }, bearer(keys.ada!))
    expect((await get()).body.result).toBeDefined()
    expect((await get()).body.error?.data).toEqual({ code: 'rate_limited', retry_after: 60 })
  })

  it('is taken from by calls that run only: not by refused ones, not where another is used up', async () => {
    const { facet, passes } = await limited({ limit: 2, per: [] })
    await facet.ok('POST', '/guards', { ...ONCE, id: 'small', per: ['entry'] })
    await facet.ok('POST', '/guards', {
      kind: 'arguments',
      what: "name == 'pinned'",
      max_chars: 2,
      server: 'renaming',
    })
    expect(await passes('ada')).toBe(true)
    expect([await passes('ada'), await passes('ada')]).toEqual([false, false])
    expect(await passes('ada', 's', 'pinned')).toBe(true)
  })

  it('starts anew when the guard is changed', async () => {
    const { facet, passes } = await limited({})
    expect([await passes('ada'), await passes('ada')]).toEqual([true, false])
    await facet.ok('PATCH', '/guards/g', { limit: 2 })
    expect([await passes('ada'), await passes('ada'), await passes('ada')]).toEqual([
      true,
      true,
      false,
    ])
  })
})

describe('a rate of requests', () => {
  it.each([
    ['before any framework', {}, 's'],
    ['by the SDK', { title: 'Test' }, 's'],
    ['handed from the one to the other', {}, 'search'],
  ])('answers 429 with Retry-After, %s, and counts each request once', async (_, more, server) => {
    const { keys, urlOf, wait, ran, facet } = await limited({ counts: 'requests', limit: 3 })
    const _meta = {
      ...META,
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1', ...more },
    }
    const { body, headers } = modern('tools/list', { _meta })
    const list = () =>
      fetch(urlOf(server), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
          ...bearer(keys.ada!),
        },
        body: JSON.stringify(body),
      })
    for (let i = 0; i < 3; i++) expect((await list()).status).toBe(200)
    const refused = await list()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20'])
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
    wait(20)
    expect((await list()).status).toBe(200)
    expect((await list()).status).toBe(429)
    expect(ran()).toBe(0)
    const { text } = await facet.api('GET', '/metrics')
    expect(text).toContain('guard_decisions_total{kind="rate",outcome="passed"} 4')
    expect(text).toContain('guard_decisions_total{kind="rate",outcome="rate_limited"} 2')
  })

  it('leaves other callers, other servers and calls alone', async () => {
    const { passes, call, facet } = await limited({ counts: 'requests', server: ['s'] })
    expect(await passes('ada')).toBe(true)
    expect(await passes('bob')).toBe(true)
    expect(await passes('ada', 'search')).toBe(true)
    expect(await passes('ada', 'search')).toBe(true)
    await facet.ok('PATCH', '/guards/g', { status: 'off' })
    expect((await call('ada')).code).toBeUndefined()
  })
})
