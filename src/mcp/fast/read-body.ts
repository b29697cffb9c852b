import type { IncomingMessage } from 'node:http'

/** Most requests are small; larger bodies are not looked at here. */
const MAX_BODY = 65_536

/**
 * Reads the body of a small request, and leaves it in `rawBody` for whoever is asked next, as
 * Hono's server reads it from there. Undefined, and untouched, for a body of another size.
 */
export function readBody(
  incoming: IncomingMessage & { rawBody?: Buffer },
): Promise<string | undefined> {
  const length = Number(incoming.headers['content-length'])
  if (!(length > 0 && length <= MAX_BODY)) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let rest: Buffer[] | undefined
    incoming.on('data', (chunk: Buffer) => {
      if (!first) first = chunk
      else if (rest) rest.push(chunk)
      else rest = [first, chunk]
    })
    incoming.on('end', () => {
      const body = rest ? Buffer.concat(rest) : (first ?? Buffer.alloc(0))
      incoming.rawBody = body
      // The listeners stay as long as the response: streams would hold their requests with them.
      first = rest = undefined
      resolve(body.toString())
    })
    incoming.on('error', reject)
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Error('closed'))
    })
  })
}
