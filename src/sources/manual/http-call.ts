import { fetch, type Response } from 'undici'
import type { HttpHandler } from '../../catalog/handler.ts'
import { isJsonObject } from '../../catalog/json.ts'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import type { Json, JsonObject } from '../../store/ports.ts'
import type { Secrets } from '../secrets.ts'
import type { AddressGuard } from './address-guard.ts'
import { type FilledRequest, fillRequest } from './request.ts'

const MAX_RESPONSE_BYTES = 5 * 2 ** 20
const MAX_REDIRECTS = 5
const REDIRECTS = [301, 302, 303, 307, 308]

export interface HttpCallContext {
  readonly guard: AddressGuard
  readonly secrets: Secrets
}

/**
 * Runs a tool posted by hand: one HTTP request, its answer as the result of a tool call. An answer
 * of 400 or more is a result with `isError`, so that a model can read what went wrong.
 *
 * @throws {FacetError} `upstream_failed`, `upstream_timeout`, `invalid_request` or
 *   `source_unavailable` when there is no answer.
 */
export async function callHttp(
  context: HttpCallContext,
  handler: HttpHandler,
  args: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const timeout = AbortSignal.timeout(handler.timeout_ms)
  try {
    const request = fillRequest(handler, args)
    const response = await follow(context, request, AbortSignal.any([signal, timeout]))
    return await toResult(response)
  } catch (error) {
    if (error instanceof FacetError) throw error
    if (signal.aborted) throw error
    if (timeout.aborted) {
      throw new FacetError('upstream_timeout', `No answer within ${handler.timeout_ms} ms.`)
    }
    throw new FacetError('upstream_failed', reasonOf(error), { cause: error })
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause === undefined ? messageOf(error) : messageOf(cause)
}

/** Follows redirects itself: each is checked like the first address, and secrets stay behind. */
async function follow(
  { guard, secrets }: HttpCallContext,
  request: FilledRequest,
  signal: AbortSignal,
): Promise<Response> {
  let { url, method, body } = request
  let headers = secrets.resolve(request.headers, 'rest', { kind: 'http', url })
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(url, {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
      dispatcher: guard.dispatcherFor(url),
      signal,
    })
    const location = response.headers.get('location')
    if (!REDIRECTS.includes(response.status) || location === null) return response
    await response.body?.cancel()
    const next = new URL(location, url)
    if (next.protocol !== 'https:' && next.protocol !== url.protocol) {
      throw new FacetError('upstream_failed', `A redirect leads to ${next.protocol}.`)
    }
    if (next.origin !== url.origin) headers = {}
    if (response.status === 303 || (response.status < 303 && method === 'POST')) {
      method = method === 'HEAD' ? 'HEAD' : 'GET'
      body = undefined
      headers = Object.fromEntries(
        Object.entries(headers).filter(([key]) => key !== 'content-type'),
      )
    }
    url = next
  }
  throw new FacetError('upstream_failed', `More than ${MAX_REDIRECTS} redirects.`)
}

async function toResult(response: Response): Promise<JsonObject> {
  const bytes = await readBounded(response)
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const failed = response.status >= 400
  if (!failed && /^(?:image|audio)\//.test(type)) {
    const kind = type.startsWith('image/') ? 'image' : 'audio'
    return { content: [{ type: kind, data: bytes.toString('base64'), mimeType: type }] }
  }
  const text = new TextDecoder().decode(bytes)
  if (failed) {
    const status = `HTTP ${response.status} ${response.statusText}`.trim()
    const content = [{ type: 'text', text: text ? `${status}\n${text}` : status }]
    return { content, isError: true }
  }
  const structured = /[/+]json$/.test(type) ? parseObject(text) : undefined
  return {
    content: [{ type: 'text', text }],
    ...(structured ? { structuredContent: structured } : {}),
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_RESPONSE_BYTES) {
      throw new FacetError(
        'upstream_failed',
        `The answer is larger than ${MAX_RESPONSE_BYTES} bytes.`,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
