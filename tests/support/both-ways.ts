/** What every request of 2026-07-28 says of its client. */
export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

export interface Answer {
  readonly status: number
  readonly type: string | null
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are looked into
  readonly body: any
}

/** Sends a message by hand. */
export async function ask(
  url: string,
  body: unknown,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  const text = await response.text()
  const type = response.headers.get('content-type')
  const json = type?.includes('event-stream') ? dataOf(text) : text
  return { status: response.status, type, body: json ? JSON.parse(json) : undefined }
}

/** The last message of a stream. */
function dataOf(text: string): string | undefined {
  return [...text.matchAll(/^data: (\{.*)$/gm)].at(-1)?.[1]
}

/** A request of 2026-07-28, by hand. */
export const modern = (method: string, params: object = {}, id: unknown = 7) => ({
  body: { jsonrpc: '2.0', id, method, params: { _meta: META, ...params } },
  headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method },
})

/** The same request, and one that means the same but is left to the SDK. */
export async function bothWays(
  url: string,
  method: string,
  params: object = {},
  more: Record<string, string> = {},
): Promise<[fast: Answer, long: Answer]> {
  const { body, headers } = modern(method, params)
  const { _meta: given } = body.params
  const info = { name: 'test', version: '1', title: 'Test' }
  const meta = { ...given, 'io.modelcontextprotocol/clientInfo': info }
  const long = { ...body, params: { ...body.params, _meta: meta } }
  const all = { ...headers, ...more }
  return [await ask(url, body, all), await ask(url, long, all)]
}

/** Begins a session of a client from before 2026-07-28; answers with its header. */
export async function beginSession(
  url: string,
  capabilities: object = {},
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-06-18', capabilities, clientInfo }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await response.text()
  return { 'mcp-session-id': response.headers.get('mcp-session-id')! }
}
