import type { IncomingMessage } from 'node:http'

/** Requests for a list are small; larger bodies are not looked at here. */
const MAX_BODY = 16_384

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
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      incoming.rawBody = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      resolve(incoming.rawBody.toString())
    })
    incoming.once('error', reject)
    incoming.once('close', () => reject(new Error('closed')))
  })
}
