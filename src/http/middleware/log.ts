import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import type { HttpContext } from '../context.ts'

/** One line a request, and what /health/detailed counts. Only patterns of paths are logged. */
export function createRequestLog({ logger, activity, now }: HttpContext) {
  return createMiddleware(async (c, next) => {
    const start = performance.now()
    activity.requests++
    activity.lastRequestAt = now()
    await next()
    if (c.res.status >= 500) activity.errors++
    logger.debug({
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
    })
  })
}
