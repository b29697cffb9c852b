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
 * Posts a message without the streams of `fetch`, which cost more than the rest of a call. They
 * are made only for a reply that needs them: an event stream, an error, something compressed.
 */
export function post(dispatcher: Dispatcher, request: Post): Promise<Reply> {
  const { signal, limit, ...sent } = request
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined
    let stop: (() => void) | undefined
    const settle = () => {
      if (stop) signal?.removeEventListener('abort', stop)
    }
    // How long may pass in silence is measured for the whole request, by whoever sends it.
    const options = { ...sent, method: 'POST', headersTimeout: 0, bodyTimeout: 0 } as const
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        stop = () => controller.abort(toError(signal?.reason))
        if (signal?.aborted) stop()
        else signal?.addEventListener('abort', stop, { once: true })
      },
      onResponseStart(controller, status, headers, statusText = '') {
        if (!isPlain(status, headers)) {
          const body = new ReadableStream<Uint8Array>({
            start: (opened) => {
              stream = opened
            },
            pull: () => controller.resume(),
            cancel: (reason) => controller.abort(toError(reason)),
          })
          resolve({ response: toResponse(body, status, statusText, headers) })
        } else if (Number(headers['content-length'] ?? 0) > limit) {
          controller.abort(tooLarge(limit))
        }
      },
      onResponseData(controller, chunk) {
        if (stream) {
          stream.enqueue(chunk)
          if ((stream.desiredSize ?? 1) <= 0) controller.pause()
          return
        }
        size += chunk.length
        if (size > limit) controller.abort(tooLarge(limit))
        else chunks.push(chunk)
      },
      onResponseEnd() {
        settle()
        if (stream) stream.close()
        else resolve({ json: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) })
      },
      onResponseError(_, error) {
        settle()
        if (stream) stream.error(error)
        else reject(error)
      },
    })
  })
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the request was given up')
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

function toResponse(
  body: ReadableStream<Uint8Array>,
  status: number,
  statusText: string,
  given: ResponseHeaders,
): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one)
  }
  if (BODILESS.includes(status)) {
    void body.cancel()
    return new Response(null, { status, statusText, headers })
  }
  const decoder = DECODERS[String(given['content-encoding'] ?? '').toLowerCase()]
  const decoded = decoder
    ? body.pipeThrough(new DecompressionStream(decoder) as TransformStream<Uint8Array, Uint8Array>)
    : body
  return new Response(decoded, { status, statusText, headers })
}
