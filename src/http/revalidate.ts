import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { json } from './reply.ts'

/** A client may keep the answer for itself, and asks every time whether it still holds. */
const CACHE_CONTROL = 'private, no-cache'

/**
 * Answers with JSON, or with 304 and no body to a client that has it already (RFC 9110, 13.1.2).
 *
 * @param parts what the answer is made of: as long as they are equal, so is the answer.
 */
export async function revalidated(
  c: Context,
  parts: readonly unknown[],
  body: () => unknown,
): Promise<never> {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  const etag = `W/"${hash.slice(0, 27)}"`
  const headers = { etag, 'cache-control': CACHE_CONTROL }
  if (has(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers) as never
  return json(c, await body(), 200, headers)
}

/** The weak comparison: equal but for the mark. */
function has(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const known = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes('*') || known.includes(etag.slice(2))
}
