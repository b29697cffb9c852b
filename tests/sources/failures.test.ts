import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool, TAKEN } from '../support/fake-upstream.ts'
import { inState, sourceOf, until } from '../support/wait.ts'

const LIMITS = { connectMs: 500, listMs: 500, backoffMs: 50, maxBackoffMs: 100 }

async function add({ ok }: TestFacet, id: string, url: string): Promise<void> {
  await ok('POST', '/sources', { id, transport: { type: 'http', url } })
}

async function toolNames({ ok }: TestFacet, source: string): Promise<string[]> {
  const { tools } = await ok<{ tools: { name: string }[] }>('GET', `/tools?source=${source}`)
  return tools.map(({ name }) => name)
}

/** Ways in which listing tools can go wrong, and what the status then says. */
const FAULTS: Record<string, [(upstream: FakeUpstream) => void, RegExp]> = {
  'does not answer': [(up) => up.answers.set('tools/list', () => TAKEN), /timed out/i],
  'answers with an error': [
    (up) => up.answers.set('tools/list', () => ({ error: { code: -32603, message: 'broken' } })),
    /broken/,
  ],
  'answers with garbage': [
    (up) =>
      up.answers.set('tools/list', (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>')
        return TAKEN
      }),
    /./,
  ],
  'answers with a list that is none': [
    (up) => up.answers.set('tools/list', () => ({ tools: { a: 1 } })),
    /without tools/,
  ],
  'gives the same page for ever': [
    (up) => up.answers.set('tools/list', () => ({ tools: [fakeTool('x')], nextCursor: 'again' })),
    /same cursor/,
  ],
  'sends a list of 50 MB': [
    (up) =>
      up.answers.set('tools/list', (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const chunk = Buffer.alloc(1 << 20, 'x')
        let sent = 0
        const more = () => {
          while (sent++ < 50) if (!response.write(chunk)) return void response.once('drain', more)
          response.end()
        }
        more()
        return TAKEN
      }),
    /more than 10485760 bytes/,
  ],
  'hangs up in the middle': [
    (up) =>
      up.answers.set('tools/list', (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"jsonrpc":')
        setTimeout(() => response.destroy(), 20)
        return TAKEN
      }),
    /./,
  ],
  'answers with status 500': [
    (up) =>
      up.answers.set('tools/list', (_, response) => {
        response.writeHead(500).end('oops')
        return TAKEN
      }),
    /500|oops/i,
  ],
}

describe('an upstream that', () => {
  it.each(Object.entries(FAULTS))(
    '%s keeps its entries as last known and holds up nobody else',
    async (_, [breakIt, reason]) => {
      const [bad, good] = [await FakeUpstream.start(), await FakeUpstream.start()]
      bad.tools = [fakeTool('known')]
      good.tools = [fakeTool('fine')]
      const facet = await startFacet({ limits: LIMITS })
      await add(facet, 'bad', bad.url)
      await add(facet, 'good', good.url)
      await inState(facet, 'bad', 'up')
      await inState(facet, 'good', 'up')
      breakIt(bad)
      const answer = await facet.api('POST', '/sources/bad/sync')
      expect(answer.status).toBeGreaterThanOrEqual(502)
      expect((await sourceOf(facet, 'bad')).status.last_error?.message).toMatch(reason)
      expect(await toolNames(facet, 'bad')).toEqual(['known'])
      good.tools.push(fakeTool('new'))
      expect(await facet.ok('POST', '/sources/good/sync')).toMatchObject({ added: 1 })
      await facet.ok('POST', '/tools', tool('by_hand'))
    },
  )

  it('is dead from the start does not keep the service from starting', async () => {
    const gone = await FakeUpstream.start()
    await gone.stop()
    const facet = await startFacet({
      limits: LIMITS,
      settings: { sources: [{ id: 'gone', transport: { type: 'http', url: gone.url } }] },
    })
    const { status } = await inState(facet, 'gone', 'down')
    expect(status.last_error?.message).toMatch(/ECONNREFUSED/)
    expect(Date.parse(status.since)).toBeGreaterThan(0)
    expect(status.next_attempt_at).not.toBeNull()
  })

  it('accepts connections and never answers does not either', async () => {
    const hung = await FakeUpstream.start()
    for (const method of ['initialize', 'server/discover']) hung.answers.set(method, () => TAKEN)
    const facet = await startFacet({
      limits: LIMITS,
      settings: { sources: [{ id: 'hung', transport: { type: 'http', url: hung.url } }] },
    })
    await facet.ok('POST', '/tools', tool('by_hand'))
    const { status } = await inState(facet, 'hung', 'down')
    expect(status.last_error?.message).toMatch(/timed out/i)
  })

  it('comes back is connected again and what it offers now is taken over', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('before')]
    const facet = await startFacet({ limits: LIMITS })
    await add(facet, 'up', upstream.url)
    await inState(facet, 'up', 'up')
    await upstream.stop()
    await facet.api('POST', '/sources/up/sync')
    const down = await inState(facet, 'up', 'down')
    expect(await toolNames(facet, 'up')).toEqual(['before'])
    upstream.tools = [fakeTool('after')]
    await upstream.listen()
    const up = await inState(facet, 'up', 'up')
    expect(up.status).toMatchObject({ failures: 0, last_error: null, next_attempt_at: null })
    expect(Date.parse(up.status.since)).toBeGreaterThanOrEqual(Date.parse(down.status.since))
    expect(await toolNames(facet, 'up')).toEqual(['after'])
  })

  it('fails again and again is asked less and less often', async () => {
    const gone = await FakeUpstream.start()
    await gone.stop()
    const facet = await startFacet({ limits: { ...LIMITS, maxBackoffMs: 10_000 } })
    await add(facet, 'gone', gone.url)
    const waits: number[] = []
    for (const failures of [1, 4]) {
      await until(`${failures} failures`, async () => {
        const { status } = await sourceOf(facet, 'gone')
        if (status.failures < failures || status.next_attempt_at === null) return false
        waits.push(Date.parse(status.next_attempt_at) - Date.parse(status.last_error!.at))
        return true
      })
    }
    expect(waits[1]).toBeGreaterThan(waits[0]! * 2)
  })

  it('forgets its session is given a new one', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a')]
    const facet = await startFacet({ limits: LIMITS })
    await add(facet, 'up', upstream.url)
    await inState(facet, 'up', 'up')
    const before = upstream.count('initialize')
    const list = upstream.answers.get('tools/list')!
    upstream.answers.set('tools/list', (_, response) => {
      upstream.answers.set('tools/list', list)
      response.writeHead(404).end()
      return TAKEN
    })
    await facet.api('POST', '/sources/up/sync')
    await until('there is a new session', () => upstream.count('initialize') > before)
    await inState(facet, 'up', 'up')
    expect(await toolNames(facet, 'up')).toEqual(['a'])
  })
})

describe('a source', () => {
  it('that is disabled is disconnected and keeps its entries', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a')]
    const facet = await startFacet()
    await add(facet, 'up', upstream.url)
    await inState(facet, 'up', 'up')
    await facet.ok('PATCH', '/sources/up', { enabled: false })
    expect((await sourceOf(facet, 'up')).status.state).toBe('disabled')
    expect(await toolNames(facet, 'up')).toEqual(['a'])
    expect((await facet.api('POST', '/sources/up/sync')).body.code).toBe('source_unavailable')
  })

  it('that is deleted takes its entries along', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('a')]
    const facet = await startFacet()
    await add(facet, 'up', upstream.url)
    await inState(facet, 'up', 'up')
    expect((await facet.api('DELETE', '/sources/up')).status).toBe(204)
    expect(await toolNames(facet, 'up')).toEqual([])
    expect((await facet.api('GET', '/sources/up')).status).toBe(404)
    await add(facet, 'up', upstream.url)
    await inState(facet, 'up', 'up')
  })
})
