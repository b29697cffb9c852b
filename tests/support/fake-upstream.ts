import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Message {
  readonly id?: number | string
  readonly method: string
  readonly params?: Record<string, unknown>
}

type Json = Record<string, unknown>

/** Answers a method: a result, or by hand when it takes the response itself. */
type Answer = (message: Message, response: ServerResponse, request: IncomingMessage) => unknown

/** The handler has taken the response over, or leaves it hanging. */
export const TAKEN = Symbol('taken')

/**
 * An upstream that speaks 2025-11-25 over Streamable HTTP by hand, so that it can also speak it
 * wrongly: every method can be answered with anything, or not at all.
 */
export class FakeUpstream {
  readonly seen: { method: string; headers: IncomingMessage['headers']; params: unknown }[] = []
  readonly answers = new Map<string, Answer>()
  tools: Json[] = []
  prompts: Json[] = []
  resources: Json[] = []
  resourceTemplates: Json[] = []
  #server: Server
  #port = 0

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.answers.set('initialize', ({ params }) => ({
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
      serverInfo: { name: 'fake', version: '1.0.0' },
    }))
    this.answers.set('ping', () => ({}))
    this.answers.set('tools/list', () => ({ tools: this.tools }))
    this.answers.set('prompts/list', () => ({ prompts: this.prompts }))
    this.answers.set('resources/list', () => ({ resources: this.resources }))
    this.answers.set('resources/templates/list', () => ({
      resourceTemplates: this.resourceTemplates,
    }))
    this.answers.set('tools/call', ({ params }) => ({
      content: [{ type: 'text', text: `called ${params?.name}` }],
    }))
  }

  static async start(): Promise<FakeUpstream> {
    const upstream = new FakeUpstream()
    await upstream.listen()
    onTestFinished(() => upstream.stop())
    return upstream
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/mcp`
  }

  /** How often a method was asked. */
  count(method: string): number {
    return this.seen.filter((seen) => seen.method === method).length
  }

  /** Listens, on the port it had before when it was stopped. */
  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  /** Cuts every connection and listens no more. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return void response.writeHead(405).end()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Message
    const { method, params } = message
    this.seen.push({ method, headers: request.headers, params })
    const answer = this.answers.get(method)
    if (message.id === undefined) return void response.writeHead(202).end()
    if (!answer)
      return reply(response, message, { error: { code: -32601, message: 'no such method' } })
    const result = await answer(message, response, request)
    if (result === TAKEN) return
    if (isError(result)) reply(response, message, { error: result.error })
    else reply(response, message, { result })
  }
}

function isError(result: unknown): result is { error: object } {
  return typeof result === 'object' && result !== null && 'error' in result
}

function reply(response: ServerResponse, { id }: Message, body: object): void {
  const text = JSON.stringify({ jsonrpc: '2.0', id, ...body })
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}

export function fakeTool(name: string, more: Json = {}): Json {
  return { name, description: `Tool ${name}`, inputSchema: { type: 'object' }, ...more }
}
