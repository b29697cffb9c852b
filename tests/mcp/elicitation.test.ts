import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientCapabilities } from '@modelcontextprotocol/client'
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { inputRequired, type ServerContext } from '@modelcontextprotocol/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Era, federate } from '../support/federated.ts'
import { connectClient, textOf } from '../support/mcp.ts'
import type { SdkUpstream } from '../support/sdk-upstream.ts'
import { until } from '../support/wait.ts'

const SCHEMA = { type: 'object' as const, properties: { name: { type: 'string' as const } } }
const QUESTION = { message: 'Who are you?', requestedSchema: SCHEMA }
const CAN_ELICIT: ClientCapabilities = { elicitation: { form: {} } }

type Json = Record<string, unknown>

const says = (text: string) => ({ content: [{ type: 'text', text }] })

/** How an upstream asks: with the request it is about, beside it, or by its result. */
const WAYS = {
  'on the stream of the call': async ({ mcpReq }: ServerContext) =>
    mcpReq.send({ method: 'elicitation/create', params: { mode: 'form', ...QUESTION } }),
  'on no stream in particular': ({ mcpReq }: ServerContext) => mcpReq.elicitInput(QUESTION),
}

/** Has a tool ask who calls, and answer with that and what it was called with. */
function askWho(upstream: SdkUpstream, way: keyof typeof WAYS = 'on no stream in particular') {
  upstream.call = async ({ arguments: args }, context) => {
    if (upstream.era === 'modern') {
      const answer = context.mcpReq.inputResponses?.who as { content?: Json } | undefined
      if (answer) return says(`${answer.content?.name} called ${JSON.stringify(args)}`)
      return inputRequired({
        inputRequests: { who: inputRequired.elicit(QUESTION) },
        requestState: `state of ${JSON.stringify(args)}`,
      }) as unknown as Json
    }
    // The others are asked at the same time.
    await sleep(20)
    const { content } = (await WAYS[way](context)) as { content?: Json }
    return says(`${content?.name} called ${JSON.stringify(args)}`)
  }
}

async function named(url: string, mode: 'auto' | 'legacy', name: string): Promise<Client> {
  const client = await connectClient(url, mode, { capabilities: CAN_ELICIT })
  client.setRequestHandler('elicitation/create', async () => {
    await sleep(Math.random() * 30)
    return { action: 'accept', content: { name } }
  })
  return client
}

const PAIRS: [client: 'auto' | 'legacy', upstream: Era, way: keyof typeof WAYS][] = [
  ['auto', 'modern', 'on no stream in particular'],
  ['legacy', 'modern', 'on no stream in particular'],
  ['legacy', 'legacy', 'on the stream of the call'],
  ['legacy', 'legacy', 'on no stream in particular'],
]

describe('what an upstream asks in a call', () => {
  it.each(PAIRS)(
    'reaches the client that called and no other, ten at a time (%s client, %s upstream, %s)',
    async (mode, era, way) => {
      const { upstream, url } = await federate(era)
      askWho(upstream, way)
      const names = Array.from({ length: 10 }, (_, i) => `client ${i}`)
      const clients = await Promise.all(names.map((name) => named(url, mode, name)))
      const answers = await Promise.all(
        clients.flatMap((client, i) =>
          [0, 1].map((n) => client.callTool({ name: 'remote', arguments: { i, n } })),
        ),
      )
      expect(answers.map(textOf)).toEqual(
        names.flatMap((name, i) => [0, 1].map((n) => `${name} called {"i":${i},"n":${n}}`)),
      )
    },
  )

  it('reaches a client made with the first SDK', async () => {
    const { upstream, url } = await federate('legacy')
    askWho(upstream)
    const client = new V1Client({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } })
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      expect(params.message).toBe('Who are you?')
      return { action: 'accept', content: { name: 'V1' } }
    })
    await client.connect(new V1Transport(new URL(url)))
    onTestFinished(() => client.close())
    expect(textOf(await client.callTool({ name: 'remote', arguments: {} }))).toBe('V1 called {}')
  })

  it('may be answered on a page, which it says is done after the call', async () => {
    const { upstream, url } = await federate('legacy')
    const page = { mode: 'url' as const, message: 'Sign in', url: 'https://example.com/in' }
    upstream.call = async (_, { mcpReq }) => {
      const params = { ...page, elicitationId: 'e1' }
      const { action } = (await mcpReq.send({ method: 'elicitation/create', params })) as Json
      setTimeout(
        () => upstream.say('notifications/elicitation/complete', { elicitationId: 'e1' }),
        50,
      )
      return says(String(action))
    }
    const capabilities = { elicitation: { url: {} } }
    const [client, other] = await Promise.all(
      [1, 2].map(async () => {
        const person = await connectClient(url, 'legacy', { capabilities })
        const done: unknown[] = []
        person.setRequestHandler('elicitation/create', async ({ params }) => {
          expect(params).toMatchObject(page)
          return { action: 'accept' }
        })
        person.setNotificationHandler('notifications/elicitation/complete', ({ params }) => {
          done.push(params.elicitationId)
        })
        return { person, done }
      }),
    )
    const call = { name: 'remote', arguments: {} }
    expect(textOf(await client!.person.callTool(call))).toBe('accept')
    await until('it hears that the page is done', () => client!.done.length > 0)
    expect(client!.done).toEqual(['e1'])
    expect(other!.done).toEqual([])
  })

  it('does not count as its silence', async () => {
    const { upstream, url } = await federate('legacy', undefined, { source: { timeout_ms: 300 } })
    askWho(upstream)
    const client = await connectClient(url, 'legacy', { capabilities: CAN_ELICIT })
    client.setRequestHandler('elicitation/create', async () => {
      await sleep(700)
      return { action: 'accept', content: { name: 'Slow' } }
    })
    const result = await client.callTool({ name: 'remote', arguments: {} })
    expect(textOf(result)).toBe('Slow called {}')
  })

  it('ends with the call that the client gives up', async () => {
    const { upstream, url } = await federate('legacy')
    let aborted = false
    upstream.call = async (_, context) => {
      context.mcpReq.signal.addEventListener('abort', () => {
        aborted = true
      })
      await WAYS['on the stream of the call'](context)
      return says('never')
    }
    const controller = new AbortController()
    const client = await connectClient(url, 'legacy', { capabilities: CAN_ELICIT })
    client.setRequestHandler('elicitation/create', async () => {
      controller.abort()
      await sleep(50)
      return { action: 'decline' }
    })
    const call = client.callTool({ name: 'remote', arguments: {} }, { signal: controller.signal })
    await expect(call).rejects.toThrow()
    await until('the upstream is told', () => aborted)
  })

  it('is not asked of a current client by an upstream from before 2026-07-28', async () => {
    const { upstream, url } = await federate('legacy')
    askWho(upstream)
    let asked = 0
    const client = await connectClient(url, 'auto', { capabilities: CAN_ELICIT })
    client.setRequestHandler('elicitation/create', async () => {
      asked++
      return { action: 'decline' }
    })
    await expect(client.callTool({ name: 'remote', arguments: {} })).rejects.toThrow('elicitation')
    expect(asked).toBe(0)
  })

  it('is not asked of a client that cannot answer it', async () => {
    for (const era of ['modern', 'legacy'] as const) {
      const { upstream, url } = await federate(era)
      askWho(upstream)
      const client = await connectClient(url, 'legacy')
      const call = client.callTool({ name: 'remote', arguments: {} })
      const outcome = await call.then(
        (result) => (result.isError ? textOf(result) : 'answered'),
        (error: Error) => error.message,
      )
      expect(outcome).toMatch(/elicitation/)
    }
  })
})

describe.each([
  ['auto', 'modern'],
  ['legacy', 'modern'],
  ['legacy', 'legacy'],
] as const)('a %s client over a %s upstream', (mode, era) => {
  it('is asked for its model and its roots too', async () => {
    const { upstream, url } = await federate(era)
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Hi' } }]
    upstream.call = async (_, { mcpReq }) => {
      if (era === 'modern') {
        const { model, roots } = (mcpReq.inputResponses ?? {}) as Record<string, Json>
        if (model && roots) return says(`${JSON.stringify(model.content)} ${JSON.stringify(roots)}`)
        return inputRequired({
          inputRequests: {
            model: inputRequired.createMessage({ messages, maxTokens: 10 }),
            roots: inputRequired.listRoots(),
          },
        }) as unknown as Json
      }
      const { content } = await mcpReq.requestSampling({ messages, maxTokens: 10 })
      const roots = await mcpReq.send({ method: 'roots/list' })
      return says(`${JSON.stringify(content)} ${JSON.stringify(roots)}`)
    }
    const client = await connectClient(url, mode, { capabilities: { sampling: {}, roots: {} } })
    const content = { type: 'text' as const, text: 'Hello' }
    client.setRequestHandler('sampling/createMessage', async () => ({
      role: 'assistant' as const,
      model: 'm',
      content,
    }))
    client.setRequestHandler('roots/list', async () => ({ roots: [{ uri: 'file:///a' }] }))
    const text = textOf(await client.callTool({ name: 'remote', arguments: {} }))
    expect(text).toContain(JSON.stringify(content))
    expect(text).toContain('file:///a')
  })

  it('is known upstream by what it can do, as far as that is carried', async () => {
    const { upstream, url } = await federate(era)
    let seen: unknown
    upstream.call = async (_, { mcpReq }) => {
      const envelope = mcpReq.envelope as Json | undefined
      seen = envelope?.['io.modelcontextprotocol/clientCapabilities']
      return says('ok')
    }
    const ui = { mimeTypes: ['text/html;profile=mcp-app'] }
    const capabilities = {
      ...CAN_ELICIT,
      roots: { listChanged: true },
      extensions: { 'io.modelcontextprotocol/ui': ui, 'io.modelcontextprotocol/tasks': {} },
    }
    const client = await connectClient(url, mode, { capabilities })
    await client.callTool({ name: 'remote', arguments: {} })
    if (era === 'legacy') return
    expect(seen).toEqual({
      ...CAN_ELICIT,
      roots: {},
      extensions: { 'io.modelcontextprotocol/ui': ui },
    })
  })
})

describe('an upstream that keeps sessions', () => {
  it('and forgets them is called in a new one', async () => {
    const { upstream, url } = await federate('legacy')
    askWho(upstream)
    const clients = await Promise.all(['A', 'B'].map((name) => named(url, 'legacy', name)))
    const call = () =>
      Promise.all(
        clients.flatMap((client) =>
          [1, 2].map(() => client.callTool({ name: 'remote', arguments: {} })),
        ),
      )
    await call()
    upstream.forget()
    expect((await call()).map(textOf)).toEqual(
      ['A', 'A', 'B', 'B'].map((name) => `${name} called {}`),
    )
  })

  it('that takes no second one is called on the first', async () => {
    const { upstream, url } = await federate('legacy')
    upstream.refuseSessions = true
    const client = await named(url, 'legacy', 'A')
    const result = await client.callTool({ name: 'remote', arguments: { a: 1 } })
    expect(textOf(result)).toBe('remote got {"a":1}')
  })

  it('has one for each client that it may ask, which ends with the client', async () => {
    const { upstream, url } = await federate('legacy')
    askWho(upstream)
    const before = upstream.sessionCount
    const clients = await Promise.all(['A', 'B'].map((name) => named(url, 'legacy', name)))
    for (const client of clients) {
      await client.callTool({ name: 'remote', arguments: {} })
      await client.callTool({ name: 'remote', arguments: {} })
    }
    expect(upstream.sessionCount).toBe(before + 2)
    for (const client of clients) {
      await (
        client.transport as unknown as { terminateSession(): Promise<void> }
      ).terminateSession()
    }
    await until('its sessions ended', () => upstream.sessionCount === before)
  })

  it('has one for each client when it is said to keep state', async () => {
    const { upstream, url } = await federate('legacy', undefined, {
      source: { connection: 'per_client' },
    })
    upstream.call = async (_, { sessionId }) => says(String(sessionId))
    const [a, b] = [await connectClient(url, 'legacy'), await connectClient(url, 'legacy')]
    const call = async (client: Client) =>
      textOf(await client.callTool({ name: 'remote', arguments: {} }))
    const first = await call(a)
    expect(await call(a)).toBe(first)
    expect(await call(b)).not.toBe(first)
  })
})
