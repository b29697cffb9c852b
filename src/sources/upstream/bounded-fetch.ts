type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * A fetch whose responses cannot grow without end: a JSON body is cut off at the bound, and so is
 * one event of an event stream; a stream itself may go on for ever.
 */
export function boundedFetch(limit: number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init)
    return bounded(response, response.url, limit)
  }
}

/** A response that comes from this address, with such a bound. */
export async function bounded(response: Response, url: string, limit: number): Promise<Response> {
  if (!response.body) return withUrl(response, url)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const declared = Number(response.headers.get('content-length') ?? 0)
  if (!isStream && declared > limit) {
    await response.body.cancel()
    throw tooLarge(limit)
  }
  const body = response.body.pipeThrough(isStream ? boundedEvents(limit) : boundedBytes(limit))
  const { status, statusText, headers } = response
  return withUrl(new Response(body, { status, statusText, headers }), url)
}

export function tooLarge(limit: number): Error {
  return new Error(`the upstream sent a message of more than ${limit} bytes`)
}

function boundedBytes(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength
      if (size > limit) controller.error(tooLarge(limit))
      else controller.enqueue(chunk)
    },
  })
}

/** Counts the bytes since the last blank line, which is where an event ends. */
function boundedEvents(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0
  return new TransformStream({
    transform(chunk, controller) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const end = Math.max(bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\r\n\r\n'))
      size = end < 0 ? size + bytes.length : bytes.length - end
      if (size > limit) controller.error(tooLarge(limit))
      else controller.enqueue(chunk)
    },
  })
}

/** A constructed Response has no URL; the redirect rules of the transport look at it. */
function withUrl(response: Response, url: string): Response {
  Object.defineProperty(response, 'url', { value: url })
  return response
}
