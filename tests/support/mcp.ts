import {
  Client,
  type ClientOptions,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { onTestFinished } from 'vitest'

export type Mode = 'auto' | 'legacy' | { pin: string }

/** Connects the official client to a server's endpoint, over a real socket. */
export async function connectClient(
  url: string,
  mode: Mode = 'auto',
  options: ClientOptions & { headers?: Record<string, string> } = {},
): Promise<Client> {
  const { headers, ...rest } = options
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode }, ...rest },
  )
  const init = headers ? { requestInit: { headers } } : {}
  await client.connect(new StreamableHTTPClientTransport(new URL(url), init))
  onTestFinished(() => client.close())
  return client
}

/** Names of a list, asked anew whatever the client keeps. */
export async function toolNames(client: Client): Promise<string[]> {
  const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' })
  return tools.map(({ name }) => name)
}

/** The texts of a result. */
export function textOf(result: object): string {
  const { content = [] } = result as { content?: { type: string; text?: string }[] }
  return content.map(({ text }) => text ?? '').join('')
}

export const MODERN = '2026-07-28'

let nextId = 0

/** One request of 2026-07-28 by hand: for what the client would not send. */
export async function rpc(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: RpcBody }> {
  const name = params.name ?? params.uri
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: ++nextId,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': MODERN,
          'io.modelcontextprotocol/clientCapabilities': {},
          ...(params._meta as object | undefined),
        },
      },
    }),
  })
  return { status: response.status, headers: response.headers, body: await readRpc(response) }
}

export interface RpcBody {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { code: number; message: string; data?: unknown }
}

/** A JSON-RPC answer, as JSON or as the last event of a stream. */
export async function readRpc(response: Response): Promise<RpcBody> {
  const text = await response.text()
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return text === '' ? {} : JSON.parse(text)
  }
  const data = text.split('\n').filter((line) => line.startsWith('data: '))
  return JSON.parse(data.at(-1)!.slice(6))
}
