import type { Context } from 'hono'
import type { Precondition } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'

/**
 * Answers with JSON. Bodies are checked against the documented schemas by the tests rather than by
 * the compiler: domain types are readonly, schema types are not.
 */
export function json(
  c: Context,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): never {
  return c.json(body as object, status as 200, headers) as never
}

/** The entity tag of a version. */
export function etag(version: number): { etag: string } {
  return { etag: `"${version}"` }
}

/** The precondition of an If-Match header (RFC 9110, 13.1.1). */
export function ifMatch(c: Context): Precondition {
  const header = c.req.header('if-match')
  if (header === undefined || header.trim() === '*') return undefined
  const tags = header.split(',').map((tag) => tag.trim())
  return (version) => tags.includes(`"${version}"`)
}

/** The JSON body of a request whose shape the verb checks. @throws {FacetError} `invalid_json` */
export async function jsonBody(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FacetError('invalid_json', (error as Error).message)
  }
}

/** Values of a parameter that may be repeated or hold commas: `?tag=a,b&tag=c`. */
export function listParameter(values: string | readonly string[] | undefined): string[] {
  const all = typeof values === 'string' ? [values] : (values ?? [])
  return all.flatMap((value) => value.split(',').map((part) => part.trim())).filter(Boolean)
}
