import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ask, beginSession, bothWays, META, modern } from '../support/both-ways.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool, TAKEN } from '../support/fake-upstream.ts'
import { type Era, EVERYTHING, federate } from '../support/federated.ts'
import { inState, until } from '../support/wait.ts'

const NAMED = { 'mcp-name': 'remote' }
const call = (args: object = {}, more: object = {}) => ({
  name: 'remote',
  arguments: args,
  ...more,
})

type Offer = NonNullable<Parameters<typeof federate>[1]>
type Call = Parameters<Offer>[0]['call']

/** An upstream whose tool answers as told, and the address of a server that shows it. */
async function answering(answer: Call, era: Era = 'modern', source = {}) {
  return federate(era, (upstream) => Object.assign(upstream, { call: answer }), { source })
}

const text = (said: string) => ({ type: 'text', text: said })

const RESULTS: Record<string, Record<string, unknown>> = {
  'a text': { content: [text('fine')] },
  'a failure': { content: [text('no')], isError: true },
  'structured content': { content: [text('1')], structuredContent: { a: [1] } },
  'structured content that is no object': { content: [text('1')], structuredContent: [1, 2] },
  'no content': { content: [] },
  metadata: { content: [text('x')], _meta: { 'example.com/x': 1 } },
  'members nobody knows': { content: [text('x')], extra: { a: 1 } },
  'an image': { content: [{ type: 'image', data: 'aGk=', mimeType: 'image/png' }] },
  'an image that is none': { content: [{ type: 'image', data: '!', mimeType: 'image/png' }] },
  'a text with annotations': { content: [{ ...text('x'), annotations: { priority: 1 } }] },
  'a text with members nobody knows': { content: [{ ...text('x'), more: 1 }] },
  'two megabytes': { content: [text('ä"\n'.repeat(500_000))] },
}

describe.for(['modern', 'legacy'] as const)('a call before any framework (%s upstream)', (era) => {
  it.for(Object.keys(RESULTS))('is answered as the SDK would answer it: %s', async (what) => {
    const { url } = await answering(async () => RESULTS[what]!, era)
    const [fast, long] = await bothWays(url, 'tools/call', call(), NAMED)
    expect(fast).toEqual(long)
    expect(fast.status).toBe(200)
  })

  it('passes errors of the upstream on, and says itself what is wrong', async () => {
    const { url, upstream } = await answering(async () => {
      throw Object.assign(new Error('not today'), { code: -32000, data: { why: 'rain' } })
    }, era)
    const [fast, long] = await bothWays(url, 'tools/call', call(), NAMED)
    expect(fast).toEqual(long)
    expect(fast.body.error).toMatchObject({ code: -32000, message: 'not today' })
    const before = upstream.seen.length
    for (const [params, headers] of [
      [{ name: 'unknown' }, { 'mcp-name': 'unknown' }],
      [{ name: 'remote', arguments: 'wrong' }, NAMED],
      [{ name: 7 }, NAMED],
      [call(), {}],
      [call(), { 'mcp-name': 'other' }],
    ] as const) {
      const [wrong, same] = await bothWays(url, 'tools/call', params, headers)
      expect(wrong).toEqual(same)
      expect(wrong.body).toHaveProperty('error')
    }
    expect(upstream.seen.length).toBe(before)
  })

  it('hears of silence as the SDK would', async () => {
    const never = () => new Promise<never>(() => undefined)
    const { url } = await answering(never, era, { timeout_ms: 300 })
    const [fast, long] = await bothWays(url, 'tools/call', call(), NAMED)
    expect(fast).toEqual(long)
    expect(fast.body.result._meta['mcp-facet/error'].code).toBe('upstream_timeout')
  })

  it('is cancelled when the client goes away', async () => {
    let cancelled = false
    const { url } = await answering(async (_, { mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => {
        cancelled = true
      })
      return new Promise<never>(() => undefined)
    }, era)
    const { body, headers } = modern('tools/call', call())
    const away = new AbortController()
    const answer = ask(url, body, { ...headers, ...NAMED }, away.signal)
    setTimeout(() => away.abort(), 200)
    await expect(answer).rejects.toThrow()
    await until('the upstream hears of it', () => cancelled)
  })

  it('never answers with what another asked for', async () => {
    const { url } = await answering(async ({ arguments: args }) => {
      await sleep(Math.random() * 20)
      return { content: [text(JSON.stringify(args))] }
    }, era)
    const numbers = Array.from({ length: 100 }, (_, i) => i)
    const answers = await Promise.all(
      numbers.map((n) => {
        const { body, headers } = modern('tools/call', call({ n }), `id ${n}`)
        return ask(url, body, { ...headers, ...NAMED })
      }),
    )
    const said = answers.map(({ body }) => [body.id, JSON.parse(body.result.content[0].text).n])
    expect(said).toEqual(numbers.map((n) => [`id ${n}`, n]))
  })

  it('carries trace context and metadata, but nothing of the own leg', async () => {
    const { url } = await answering(
      async (_, { mcpReq }) => ({ content: [text(JSON.stringify(mcpReq._meta ?? {}))] }),
      era,
    )
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const params = { ...call(), _meta: { ...META, 'example.com/x': 1 } }
    const [fast, long] = await bothWays(url, 'tools/call', params, { ...NAMED, traceparent })
    expect(fast).toEqual(long)
    const seen = JSON.parse(fast.body.result.content[0].text)
    expect(seen).toMatchObject({ traceparent, 'example.com/x': 1 })
  })

  it('has progress told, which takes a stream', async () => {
    const { url } = await answering(async (_, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      if (progressToken !== undefined) {
        const params = { progressToken, progress: 1 }
        await mcpReq.notify({ method: 'notifications/progress', params })
      }
      return { content: [text(String(progressToken !== undefined))] }
    }, era)
    const params = { ...call(), _meta: { ...META, progressToken: 'p' } }
    const [fast, long] = await bothWays(url, 'tools/call', params, NAMED)
    expect(fast).toEqual(long)
    expect(fast).toMatchObject({ type: 'text/event-stream', body: { id: 7 } })
    expect(fast.body.result.content).toEqual([text('true')])
  })
})

describe('a question instead of a result', () => {
  const asking = async () => ({
    resultType: 'input_required',
    inputRequests: {
      who: {
        method: 'elicitation/create',
        params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
      },
    },
  })

  it('reaches a client that can be asked, and is an error for one that cannot', async () => {
    let calls = 0
    const { url } = await answering(async () => {
      calls++
      return asking()
    })
    const able = { ...META, 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
    const [asked, same] = await bothWays(url, 'tools/call', { ...call(), _meta: able }, NAMED)
    expect(asked).toEqual(same)
    expect(asked.body.result.resultType).toBe('input_required')
    const [refused, alike] = await bothWays(url, 'tools/call', call(), NAMED)
    expect(refused).toEqual(alike)
    expect(refused.body).toHaveProperty('error')
    // What came out is answered by the SDK, not run a second time.
    expect(calls).toBe(4)
  })
})

describe('a call of a session', () => {
  const request = (id: unknown, args: object = {}, more: object = {}) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { ...call(args), ...more },
  })

  /** An upstream that says nothing in between: it does not log. */
  async function quiet() {
    const upstream = await FakeUpstream.start()
    upstream.tools = [fakeTool('remote')]
    const facet = await startFacet({ listen: true })
    const transport = { type: 'http', url: upstream.url }
    await facet.ok('POST', '/sources', { id: 'up', transport })
    await inState(facet, 'up', 'up')
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: EVERYTHING })
    return { upstream, url: `${facet.url}/dynamic/s/mcp` }
  }

  it('is answered without a stream when nothing can be said or asked before', async () => {
    const { url } = await quiet()
    const plain = await ask(url, request('a'), await beginSession(url))
    expect(plain).toMatchObject({ status: 200, type: 'application/json', body: { id: 'a' } })
    expect(plain.body.result.content).toEqual([text('called remote')])
    const able = await ask(url, request('a'), await beginSession(url, { elicitation: {} }))
    expect(able).toMatchObject({ type: 'text/event-stream', body: plain.body })
    const meta = { _meta: { progressToken: 1 } }
    const watching = await ask(url, request('a', {}, meta), await beginSession(url))
    expect(watching).toMatchObject({ type: 'text/event-stream', body: plain.body })
  })

  it('gets a stream where the source may log', async () => {
    const { url } = await answering(async () => ({ content: [text('fine')] }))
    const answer = await ask(url, request(1), await beginSession(url))
    expect(answer).toMatchObject({ type: 'text/event-stream', body: { id: 1 } })
  })

  it('is handed to the SDK with what came out, when that is not plain', async () => {
    const { upstream, url } = await quiet()
    const content = [{ type: 'image', data: 'aGk=', mimeType: 'image/png' }]
    upstream.answers.set('tools/call', () => ({ content }))
    const answer = await ask(url, request(2), await beginSession(url))
    expect(answer).toMatchObject({
      type: 'text/event-stream',
      body: { id: 2, result: { content } },
    })
    expect(upstream.count('tools/call')).toBe(1)
  })

  it('is cancelled by its session alone, and has no answer then', async () => {
    const { upstream, url } = await quiet()
    upstream.answers.set('tools/call', () => TAKEN)
    const [own, other] = [await beginSession(url), await beginSession(url)]
    const answer = ask(url, request(9), own)
    await until('the call is there', () => upstream.count('tools/call') === 1)
    const params = { requestId: 9 }
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params }
    await ask(url, cancelled, other)
    expect(upstream.count('notifications/cancelled')).toBe(0)
    await ask(url, cancelled, own)
    expect((await answer).body).toBeUndefined()
    await until('the upstream hears of it', () => upstream.count('notifications/cancelled') === 1)
  })
})
