import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { FacetError } from '../../errors/facet-error.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from '../../errors/problem.ts'
import type { Logger } from '../../observability/logger.ts'

/** Answers with the problem document of an error (RFC 9457). */
export function problemResponse(error: FacetError): Response {
  const headers: Record<string, string> = { 'content-type': PROBLEM_MEDIA_TYPE }
  if (error.code === 'unauthorized') headers['www-authenticate'] = 'Bearer'
  const { retry_after } = error.details
  if (retry_after !== undefined) headers['retry-after'] = String(retry_after)
  return new Response(JSON.stringify(problemOf(error)), { status: error.status, headers })
}

/** Turns whatever a route threw into a problem document; what is unexpected is logged, not told. */
export function createErrorHandler(logger: Logger): ErrorHandler {
  return (error, c: Context) => {
    if (error instanceof FacetError) {
      if (error.status >= 500) logger.warn({ err: error, path: c.req.routePath }, error.message)
      return problemResponse(error)
    }
    if (error instanceof HTTPException) {
      const code = error.status === 413 ? 'payload_too_large' : 'invalid_json'
      return problemResponse(new FacetError(code, error.message))
    }
    logger.error({ err: error, path: c.req.routePath }, 'unexpected error')
    return problemResponse(new FacetError('internal', 'The error has been logged.'))
  }
}
