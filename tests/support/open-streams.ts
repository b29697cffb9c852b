import { onTestFinished } from 'vitest'
import { MODERN } from './mcp.ts'

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

/** A stream that is being read: what came over it so far, and whether it has ended. */
export interface Reading {
  readonly status: number
  readonly text: () => string
  readonly ended: () => boolean
}

function read(response: Response): Reading {
  let text = ''
  let ended = false
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      text += value
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true
    })
  onTestFinished(() => reader.cancel().catch(() => undefined))
  return { status: response.status, text: () => text, ended: () => ended }
}

/** Opens a stream of 2026-07-28 for changes of the list of tools. */
export async function listen(url: string, headers: Record<string, string>): Promise<Reading> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...JSON_HEADERS,
      'mcp-protocol-version': MODERN,
      'mcp-method': 'subscriptions/listen',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: { notifications: { toolsListChanged: true }, _meta: meta },
    }),
  })
  return read(response)
}

export interface OldSession {
  readonly id: string
  /** One request of the session; another credential may be sent along. */
  request(
    method: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string }>
  /** The stream on which the server speaks by itself. */
  stream(): Promise<Reading>
}

/** A session of a client from before 2026-07-28, by hand. */
export async function openSession(
  url: string,
  credential: Record<string, string>,
): Promise<OldSession> {
  const version = '2025-11-25'
  const send = (message: object, headers: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'mcp-protocol-version': version, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    })
  const clientInfo = { name: 'raw', version: '1' }
  const params = { protocolVersion: version, capabilities: {}, clientInfo }
  const started = await send({ id: 0, method: 'initialize', params }, credential)
  await started.text()
  const id = started.headers.get('mcp-session-id')!
  const session = { 'mcp-session-id': id }
  return {
    id,
    async request(method, headers = credential) {
      const response = await send({ id: 1, method, params: {} }, { ...session, ...headers })
      return { status: response.status, text: await response.text() }
    },
    async stream() {
      const accept = { accept: 'text/event-stream', 'mcp-protocol-version': version }
      return read(await fetch(url, { headers: { ...accept, ...session, ...credential } }))
    },
  }
}
