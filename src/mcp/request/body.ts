import { isJsonContentType, readRequestBody } from '@modelcontextprotocol/server'
import { isJsonObject } from '../../catalog/json.ts'
import { FacetError } from '../../errors/facet-error.ts'

type JsonRpcId = string | number | null

const MAX_BODY = 4 * 2 ** 20

/** The id of the request in a body; null when there is none to answer. */
export function idOf(body: unknown): JsonRpcId {
  const id = isJsonObject(body) ? body.id : undefined
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

export function isInitialize(body: unknown): boolean {
  const messages = Array.isArray(body) ? body : [body]
  return messages.some((message) => (message as { method?: unknown })?.method === 'initialize')
}

export const MALFORMED = Symbol('malformed')

/** The body as JSON, or MALFORMED. @throws {FacetError} for what is not JSON by its type. */
export async function parseBody(request: Request): Promise<unknown> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    throw new FacetError('unsupported_media_type', 'Send the message as application/json.')
  }
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    return MALFORMED
  }
}

async function readText(request: Request): Promise<string> {
  const read = await readRequestBody(request, MAX_BODY)
  if ('text' in read && typeof read.text === 'string') return read.text
  throw new FacetError('payload_too_large', `A message has at most ${MAX_BODY} bytes.`)
}

/** An error answered before the SDK sees the request. */
export function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
  id: JsonRpcId = null,
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id }, { status, headers })
}
