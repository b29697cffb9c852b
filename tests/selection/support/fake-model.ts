import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Wire = 'openai' | 'anthropic' | 'local' | 'embeddings'

export interface Row {
  readonly i: number
  readonly n: string
  readonly d?: string
  readonly g?: readonly string[]
}

/** One request as a provider sees it. */
export interface Seen {
  readonly wire: Wire
  readonly path: string
  readonly headers: IncomingHttpHeaders
  // Bodies of four wire formats; tests look into what they need.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
  readonly system: string
  readonly user: string
  /** Rows the model is asked to judge; none when it is asked for something else. */
  readonly rows: readonly Row[]
  readonly criterion: string
}

export interface Pick {
  readonly i: number
  readonly why: string
}

/** What the fake does with a request. */
export type Reply =
  | { readonly text: string; readonly usage?: { input: number; output: number } }
  | { readonly picks: readonly unknown[] }
  /** An answer as it is, for embeddings. */
  | { readonly object: 'list'; readonly data: readonly object[]; readonly usage: object }
  | {
      readonly status: number
      readonly headers?: Record<string, string>
      readonly message?: string
    }
  | 'hang'
  | 'trickle'
  | 'truncated'
  | 'refusal'
  | 'hang_up'

type Answer = (seen: Seen, count: number) => Reply | Promise<Reply>

const PATHS: Readonly<Record<string, Wire>> = {
  '/v1/responses': 'openai',
  '/v1/messages': 'anthropic',
  '/v1/chat/completions': 'local',
  '/v1/embeddings': 'embeddings',
}

/** Picks rows by what they say; the words stand for a model's understanding. */
export function about(pattern: RegExp): Answer {
  return ({ rows }) => ({
    picks: rows
      .filter(({ n, d = '' }) => pattern.test(`${n} ${d}`))
      .map(({ i }): Pick => ({ i, why: 'about the topic' })),
  })
}

/** Embeds by topics: one number for each, how many words of a text belong to it. */
export function embedding(topics: readonly RegExp[]): Answer {
  return ({ body }) => ({
    object: 'list',
    model: body.model,
    data: (body.input as string[]).map((text, index) => ({
      object: 'embedding',
      index,
      embedding: [...topics.map((topic) => text.match(topic)?.length ?? 0), 0.1],
    })),
    usage: { prompt_tokens: body.input.length, total_tokens: body.input.length },
  })
}

/** A provider of models that speaks every wire format over a real socket. */
export class FakeModel {
  readonly seen: Seen[] = []
  answer: Answer = about(/finance|stock|invoice/i)
  readonly #server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => void this.#serve(request.url!, request.headers, text, response))
  })

  static async start(answer?: Answer): Promise<FakeModel> {
    const fake = new FakeModel()
    if (answer) fake.answer = answer
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(
      () =>
        new Promise<void>((resolve) => {
          fake.#server.close(() => resolve())
          fake.#server.closeAllConnections()
        }),
    )
    return fake
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The base URL a profile of this kind is given. */
  baseUrl(wire: Wire): string {
    return wire === 'anthropic' ? this.origin : `${this.origin}/v1`
  }

  /** How many rows each request asked about. */
  get sizes(): number[] {
    return this.seen.map(({ rows }) => rows.length)
  }

  async #serve(
    path: string,
    headers: IncomingHttpHeaders,
    text: string,
    response: ServerResponse,
  ): Promise<void> {
    const wire = PATHS[path.split('?')[0]!]
    if (!wire) return void response.writeHead(404).end('{"error":{"message":"no route"}}')
    const body = JSON.parse(text)
    const seen = { wire, path, headers, body, ...promptOf(wire, body) }
    this.seen.push(seen)
    send(response, wire, body, await this.answer(seen, this.seen.length))
  }
}

function promptOf(wire: Wire, body: Record<string, unknown>) {
  // biome-ignore lint/suspicious/noExplicitAny: one of four shapes, each read by its own line
  const any = body as any
  const [system, user]: [string, string] =
    wire === 'openai'
      ? [any.instructions, any.input]
      : wire === 'anthropic'
        ? [any.system[0].text, any.messages[0].content]
        : wire === 'local'
          ? [any.messages[0].content, any.messages[1].content]
          : ['', '']
  const [, criterion = '""'] = /^Criterion: (.*)$/m.exec(user) ?? []
  const [, data] = user.split('Rows (data):\n')
  const rows = (data ? JSON.parse(data) : []) as Row[]
  return { system, user, rows, criterion: JSON.parse(criterion) as string }
}

interface Asked {
  readonly model: string
  readonly messages?: readonly { readonly content: string }[]
}

function send(response: ServerResponse, wire: Wire, body: Asked, reply: Reply): void {
  if (reply === 'hang') return
  if (reply === 'hang_up') return void response.destroy()
  if (reply === 'trickle') return void trickle(response)
  if (typeof reply === 'object' && 'status' in reply) {
    const { status, headers = {}, message = 'no' } = reply
    const error = { type: 'error', error: { type: 'fault', message } }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    return void response.end(JSON.stringify(error))
  }
  response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_1' })
  response.end(JSON.stringify(wire === 'embeddings' ? reply : BODIES[wire](body, reply)))
}

/** Sends a byte now and then and never ends. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 10)
  response.on('close', () => clearInterval(timer))
}

type Said = 'truncated' | 'refusal' | { text: string; usage?: { input: number; output: number } }

function said(reply: Reply): { text: string; is: Said } {
  if (reply === 'truncated') return { text: '{"picks":[{"i"', is: reply }
  if (reply === 'refusal') return { text: '', is: reply }
  if (typeof reply === 'object' && 'picks' in reply) {
    const text = JSON.stringify({ picks: reply.picks })
    return { text, is: { text } }
  }
  const { text } = reply as { text: string }
  return { text, is: reply as Said }
}

const USAGE = { input: 100, output: 20 }

function usageOf(is: Said) {
  return (typeof is === 'object' && is.usage) || USAGE
}

const BODIES = {
  openai({ model }: Asked, reply: Reply) {
    const { text, is } = said(reply)
    const { input, output } = usageOf(is)
    const content =
      is === 'refusal'
        ? { type: 'refusal', refusal: 'I cannot.' }
        : { type: 'output_text', text, annotations: [] }
    return {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      model,
      status: is === 'truncated' ? 'incomplete' : 'completed',
      incomplete_details: is === 'truncated' ? { reason: 'max_output_tokens' } : null,
      error: null,
      output: [
        { type: 'reasoning', id: 'rs_1', summary: [] },
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [content],
        },
      ],
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: 64, cache_write_tokens: 0 },
        output_tokens: output,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: input + output,
      },
    }
  },
  anthropic({ model }: Asked, reply: Reply) {
    const { text, is } = said(reply)
    const { input, output } = usageOf(is)
    return {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      stop_reason: is === 'truncated' ? 'max_tokens' : is === 'refusal' ? 'refusal' : 'end_turn',
      stop_sequence: null,
      content: [{ type: 'text', text }],
      usage: {
        input_tokens: input - 64,
        cache_read_input_tokens: 64,
        cache_creation_input_tokens: 0,
        output_tokens: output,
      },
    }
  },
  local({ model, messages }: Asked, reply: Reply) {
    const { text, is } = said(reply)
    const { input, output } = usageOf(is)
    const read = (messages ?? []).reduce((sum, { content }) => sum + content.length, 0)
    return {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model,
      choices: [
        {
          index: 0,
          finish_reason: is === 'truncated' ? 'length' : 'stop',
          logprobs: null,
          message: {
            role: 'assistant',
            content: text,
            refusal: is === 'refusal' ? 'I cannot.' : null,
          },
        },
      ],
      usage: {
        // What the prompt really has, unless a test says that part of it was dropped.
        prompt_tokens: typeof is === 'object' && is.usage ? input : Math.ceil(read / 4),
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: 64 },
      },
    }
  },
}
