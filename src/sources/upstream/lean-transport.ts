import { AsyncLocalStorage } from 'node:async_hooks'
import {
  InsufficientScopeError,
  type JSONRPCMessage,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { Pool } from 'undici'
import { isJsonObject } from '../../catalog/json.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { SourceAuthorization } from '../oauth/authorization.ts'
import { bearerIn, sentWith } from '../oauth/bearer.ts'
import { encodeValue } from '../param-headers.ts'
import { bounded, boundedFetch } from './bounded-fetch.ts'
import { post } from './post.ts'

type Messages = JSONRPCMessage | JSONRPCMessage[]

interface Options {
  readonly resumptionToken?: string
  readonly onresumptiontoken?: (token: string) => void
  readonly requestSignal?: AbortSignal
  readonly onRequestStreamEnd?: () => void
  readonly headers?: Readonly<Record<string, string>>
}

/** What runs entries. The rest is rare, or streams. */
const LEAN: ReadonlyMap<string, 'name' | 'uri' | undefined> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['completion/complete', undefined],
])

/** How often one request may ask for more scopes: each is a token, or somebody to sign in. */
const MAX_STEP_UPS = 2

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion'

/** Headers that say how a message is sent: who sets them gets what `fetch` makes of them. */
const FRAMING = new Set(
  'connection content-length expect host keep-alive te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)

/** A response that has come already, for the SDK to make sense of. */
const received = new AsyncLocalStorage<{
  response: Response | undefined
  token: string | undefined
}>()

/**
 * Streamable HTTP, with the requests that run entries sent over kept connections of our own. A
 * plain answer goes straight to the client. Any other reply (an event stream, a refusal, a
 * redirect, something malformed) is given to the SDK's transport as what its `fetch` brought, so
 * that there is one authority on what it means.
 */
export class LeanHttpTransport extends StreamableHTTPClientTransport {
  readonly #url: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #limit: number
  readonly #pool: Pool | undefined
  readonly #authorization: SourceAuthorization | undefined

  constructor(
    url: URL,
    headers: Readonly<Record<string, string>>,
    limit: number,
    authorization?: SourceAuthorization,
  ) {
    const fetchBounded = boundedFetch(limit)
    super(url, {
      requestInit: { headers },
      ...(authorization ? { authProvider: authorization.provider } : {}),
      fetch: async (to, init) => {
        const store = received.getStore()
        const response = store?.response
        if (store) store.response = undefined
        if (!response) return sentWith(await fetchBounded(to, init), bearerIn(init?.headers))
        return sentWith(await bounded(response, String(to), limit), store?.token)
      },
    })
    this.#url = url
    this.#authorization = authorization
    this.#limit = limit
    const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
    const accepted = own.flatMap(([name, value]) => (name === 'accept' ? [value] : []))
    this.#headers = {
      ...Object.fromEntries(own),
      accept: [...accepted, 'application/json', 'text/event-stream'].join(', '),
      'accept-encoding': 'gzip, deflate',
      'content-type': 'application/json',
      'user-agent': 'node',
    }
    const isFramed = own.some(([name]) => FRAMING.has(name))
    if (!isFramed && !goesThroughProxy()) this.#pool = new Pool(url.origin)
  }

  override async send(message: Messages, options?: Options): Promise<void> {
    const authorization = this.#authorization
    for (let asked = 0; ; asked++) {
      const generation = authorization?.generation ?? 0
      try {
        return await this.#send(message, options)
      } catch (error) {
        if (!authorization || !(error instanceof InsufficientScopeError)) throw error
        if (asked === MAX_STEP_UPS) throw error
        await authorization.stepUp(error, generation)
      }
    }
  }

  async #send(message: Messages, options?: Options): Promise<void> {
    const request = this.#pool && !options?.resumptionToken ? leanRequest(message) : undefined
    if (!request) return super.send(message as JSONRPCMessage, options)
    const { pathname, search } = this.#url
    const token = await this.#authorization?.token()
    const reply = await post(this.#pool!, {
      path: pathname + search,
      headers: this.#headersOf(request, token, options?.headers),
      body: JSON.stringify(message),
      signal: options?.requestSignal,
      limit: this.#limit,
    })
    const answer = 'json' in reply ? answerTo(request, reply.json) : undefined
    if (answer) return this.onmessage?.(answer)
    const response = 'json' in reply ? asResponse(reply.json) : reply.response
    return received.run({ response, token }, () => super.send(message as JSONRPCMessage, options))
  }

  override async close(): Promise<void> {
    await super.close()
    await this.#pool?.destroy()
  }

  #headersOf(
    request: LeanRequest,
    token: string | undefined,
    more: Options['headers'] | undefined,
  ): Record<string, string> {
    const headers: Record<string, string> = { ...this.#headers }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    const { sessionId, protocolVersion } = this
    if (sessionId !== undefined) headers['mcp-session-id'] = sessionId
    if (protocolVersion !== undefined) headers['mcp-protocol-version'] = protocolVersion
    if (request.version !== undefined) {
      headers['mcp-protocol-version'] = request.version
      headers['mcp-method'] = request.method
      if (request.name !== undefined) headers['mcp-name'] = encodeValue(request.name)
    }
    for (const [name, value] of Object.entries(more ?? {})) headers[name.toLowerCase()] = value
    return headers
  }
}

interface LeanRequest {
  readonly id: string | number
  readonly method: string
  /** The revision the message itself names; it is repeated in headers, and so is the name. */
  readonly version: string | undefined
  readonly name: string | undefined
}

function leanRequest(message: Messages): LeanRequest | undefined {
  if (Array.isArray(message) || !('method' in message) || !('id' in message)) return undefined
  const { id, method } = message
  if (!LEAN.has(method)) return undefined
  const params = (message.params ?? {}) as JsonObject
  const version = isJsonObject(params._meta) ? params._meta[VERSION_KEY] : undefined
  const key = LEAN.get(method)
  const name = key && params[key]
  return {
    id,
    method,
    version: typeof version === 'string' ? version : undefined,
    name: typeof name === 'string' ? name : undefined,
  }
}

/** The answer to a request, when that is what was sent and nothing else. */
function answerTo({ id }: LeanRequest, json: Buffer): JSONRPCMessage | undefined {
  const message = parse(json)
  if (message?.jsonrpc !== '2.0' || message.id !== id || !isJsonObject(message.result)) {
    return undefined
  }
  return Object.keys(message).length === 3 ? (message as unknown as JSONRPCMessage) : undefined
}

function parse(json: Buffer): JsonObject | undefined {
  try {
    const message: unknown = JSON.parse(json.toString())
    return isJsonObject(message) ? message : undefined
  } catch {
    return undefined
  }
}

function asResponse(json: Buffer): Response {
  return new Response(new Uint8Array(json), { headers: { 'content-type': 'application/json' } })
}

/** Only `fetch` knows the proxies of the environment. */
function goesThroughProxy(): boolean {
  return process.env.NODE_USE_ENV_PROXY === '1' || process.execArgv.includes('--use-env-proxy')
}
