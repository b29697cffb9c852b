import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { type Era, federate } from '../support/federated.ts'
import { connectClient, textOf } from '../support/mcp.ts'
import type { SdkUpstream } from '../support/sdk-upstream.ts'
import { inState, until } from '../support/wait.ts'

const LEVEL = 'io.modelcontextprotocol/logLevel'

/** Has the tool log its argument, once for each level it is given. */
function chatty(upstream: SdkUpstream) {
  upstream.call = async ({ arguments: args }, { mcpReq }) => {
    const { text, levels } = args as { text: string; levels: 'debug'[] }
    for (const level of levels) {
      await mcpReq.log(level, `${text} ${level}`)
      await sleep(10)
    }
    return { content: [] }
  }
}

async function listening(url: string, mode: 'auto' | 'legacy') {
  const client = await connectClient(url, mode)
  const heard: unknown[] = []
  client.setNotificationHandler(
    'notifications/message',
    ({ params }) => void heard.push(params.data),
  )
  return { client, heard }
}

const call = (client: Client, args: Record<string, unknown>, level?: string) =>
  client.callTool({
    name: 'remote',
    arguments: args,
    ...(level ? { _meta: { [LEVEL]: level } } : {}),
  })

const PAIRS: [client: 'auto' | 'legacy', upstream: Era][] = [
  ['auto', 'modern'],
  ['auto', 'legacy'],
  ['legacy', 'modern'],
  ['legacy', 'legacy'],
]

describe('what an upstream logs in a call', () => {
  it.each(PAIRS)(
    'reaches the client that called and no other, ten at a time (%s client, %s upstream)',
    async (mode, era) => {
      const { upstream, url } = await federate(era)
      chatty(upstream)
      const clients = await Promise.all([...Array(10)].map(() => listening(url, mode)))
      if (mode === 'legacy') {
        await Promise.all(clients.map(({ client }) => client.setLoggingLevel('info')))
      }
      const levels = ['info', 'info', 'info']
      await Promise.all(clients.map(({ client }, i) => call(client, { text: i, levels }, 'info')))
      for (const [i, { heard }] of clients.entries()) {
        expect(heard).toEqual([`${i} info`, `${i} info`, `${i} info`])
      }
    },
  )

  it.each(['modern', 'legacy'] as const)(
    'is as much as each session asked for (%s upstream)',
    async (era) => {
      const { upstream, url } = await federate(era)
      chatty(upstream)
      const [curious, calm] = [await listening(url, 'legacy'), await listening(url, 'legacy')]
      await curious.client.setLoggingLevel('debug')
      await calm.client.setLoggingLevel('error')
      const levels = ['debug', 'warning', 'error']
      await Promise.all([curious, calm].map(({ client }) => call(client, { text: 'x', levels })))
      expect(curious.heard).toEqual(['x debug', 'x warning', 'x error'])
      expect(calm.heard).toEqual(['x error'])
    },
  )

  it('is nothing for a current client that does not ask for it', async () => {
    for (const era of ['modern', 'legacy'] as const) {
      const { upstream, url } = await federate(era)
      chatty(upstream)
      const { client, heard } = await listening(url, 'auto')
      await call(client, { text: 'x', levels: ['info', 'emergency'] })
      expect(heard).toEqual([])
    }
  })

  it('is offered only where an upstream logs, and refuses levels there are not', async () => {
    const { url } = await federate('modern')
    const client = await connectClient(url, 'legacy')
    await expect(client.setLoggingLevel('loud' as 'info')).rejects.toMatchObject({ code: -32602 })
    const plain = await startFacet({ listen: true })
    const other = await connectClient(`${plain.url}/mcp`, 'legacy')
    expect(other.getServerCapabilities()).not.toHaveProperty('logging')
  })
})

async function overStdio(more: Record<string, unknown> = {}) {
  const facet = await startFacet({
    listen: true,
    settings: {
      sources: [
        {
          id: 'up',
          transport: {
            type: 'stdio',
            command: process.execPath,
            args: [`${import.meta.dirname}/../support/stdio-upstream.ts`],
          },
          ...more,
        },
      ],
    },
  })
  await inState(facet, 'up', 'up')
  return `${facet.url}/mcp`
}

describe('a command, which does not say whose call it means', () => {
  it('has its messages passed on while one client calls, and dropped while several do', async () => {
    const url = await overStdio()
    const [a, b] = [await listening(url, 'legacy'), await listening(url, 'legacy')]
    const log = ({ client }: typeof a, text: string) =>
      client.callTool({ name: 'log', arguments: { text, ms: 30 } })
    await log(a, 'alone')
    expect(a.heard).toEqual(['alone 0', 'alone 1', 'alone 2'])
    expect(b.heard).toEqual([])
    await Promise.all([log(a, 'a'), log(b, 'b')])
    expect(a.heard.filter((data) => String(data).startsWith('b'))).toEqual([])
    expect(b.heard.filter((data) => String(data).startsWith('a'))).toEqual([])
  })

  it('has the messages of a call that was given up dropped, not passed to the next', async () => {
    const url = await overStdio()
    const [a, b] = [await listening(url, 'legacy'), await listening(url, 'legacy')]
    const controller = new AbortController()
    const { signal } = controller
    const given = { name: 'log', arguments: { text: 'a', ms: 100 } }
    const call = a.client.callTool(given, { signal }).catch(() => 'given up')
    await until('it has begun', () => a.heard.length > 0)
    controller.abort()
    expect(await call).toBe('given up')
    await b.client.callTool({ name: 'log', arguments: { text: 'b', ms: 120 } })
    expect(b.heard.filter((data) => String(data).startsWith('a'))).toEqual([])
  })

  it('may ask nobody while clients share it', async () => {
    const url = await overStdio()
    const client = await connectClient(url, 'legacy', { capabilities: { elicitation: {} } })
    let asked = 0
    client.setRequestHandler('elicitation/create', async () => {
      asked++
      return { action: 'accept', content: {} }
    })
    const call = client.callTool({ name: 'ask', arguments: { question: '?' } })
    await expect(call).rejects.toThrow('elicitation')
    expect(asked).toBe(0)
  })

  it('asks and tells the right client when each has its own', async () => {
    const url = await overStdio({ connection: 'per_client' })
    const people = await Promise.all(
      ['accept', 'decline'].map(async (action) => {
        const client = await connectClient(url, 'legacy', { capabilities: { elicitation: {} } })
        const asked: string[] = []
        client.setRequestHandler('elicitation/create', async ({ params }) => {
          asked.push(params.message)
          return { action: action as 'accept', content: {} }
        })
        return { client, action, asked }
      }),
    )
    const answers = await Promise.all(
      people.map(({ client, action }) =>
        client.callTool({ name: 'ask', arguments: { question: action } }),
      ),
    )
    expect(answers.map(textOf)).toEqual(['accept', 'decline'])
    expect(people.map(({ asked }) => asked)).toEqual([['accept'], ['decline']])
    const pids = await Promise.all(
      people.map(async ({ client }) =>
        textOf(await client.callTool({ name: 'pid', arguments: {} })),
      ),
    )
    expect(new Set(pids).size).toBe(2)
  })
})
