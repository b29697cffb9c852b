import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { isJsonContentType } from '@modelcontextprotocol/client'
import type { Dispatcher } from 'undici'
import { tooLarge } from './bounded-fetch.ts'

type ResponseHeaders = Record<string, string | string[] | undefined>

/** A reply: JSON in one piece, or whatever else it is, as it comes. */
export type Reply = { readonly json: Buffer } | { readonly response: Response }

export interface Post {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Closes the connection, which is how a request is cancelled. */
  readonly signal?: AbortSignal | undefined
  /** Bytes of a reply in one piece. */
  readonly limit: number
}

/**
 * Posts a message without the web streams of `fetch`, which cost more than the rest of a call. They
 * are made only for a reply that needs them: an event stream, an error, something compressed.
 */
export async function post(dispatcher: Dispatcher, request: Post): Promise<Reply> {
  const { signal, limit, ...sent } = request
  const { statusCode, headers, body } = await dispatcher.request({
    ...sent,
    ...(signal ? { signal } : {}),
    method: 'POST',
    // How long may pass in silence is measured for the whole request, by whoever sends it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  if (!isPlain(statusCode, headers)) {
    const stream = Readable.toWeb(body) as ReadableStream<Uint8Array>
    return { response: toResponse(stream, statusCode, headers) }
  }
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) body.destroy(tooLarge(limit))
      else chunks.push(chunk)
    })
    body.on('end', () =>
      resolve({ json: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }),
    )
    body.on('error', reject)
  })
}

function isPlain(status: number, headers: ResponseHeaders): boolean {
  const type = headers['content-type']
  return (
    status === 200 &&
    headers['content-encoding'] === undefined &&
    typeof type === 'string' &&
    isJsonContentType(type)
  )
}

/** Statuses whose responses have no body; a `Response` insists on it. */
const BODILESS: readonly number[] = [204, 205, 304]

const DECODERS: Readonly<Record<string, 'gzip' | 'deflate'>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

/* Streams of node and of the browser have types of their own, whose names are the same. */
type ResponseBody = ConstructorParameters<typeof Response>[0]
type Through = Parameters<ReadableStream<Uint8Array>['pipeThrough']>[0]

const decompressing = (format: 'gzip' | 'deflate') =>
  new DecompressionStream(format) as unknown as Through

function toResponse(
  body: ReadableStream<Uint8Array>,
  status: number,
  given: ResponseHeaders,
): Response {
  const statusText = STATUS_CODES[status] ?? ''
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one)
  }
  if (BODILESS.includes(status)) {
    void body.cancel()
    return new Response(null, { status, statusText, headers })
  }
  const decoder = DECODERS[String(given['content-encoding'] ?? '').toLowerCase()]
  const decoded = decoder ? body.pipeThrough(decompressing(decoder)) : body
  return new Response(decoded as ResponseBody, { status, statusText, headers })
}
