import { createMiddleware } from 'hono/factory'
import { FacetError } from '../../errors/facet-error.ts'

/** Where there is no dry run, asking for one must not write. */
export const refuseDryRun = createMiddleware(async (c, next) => {
  if (c.req.method !== 'GET' && c.req.query('dry_run') !== undefined) {
    throw new FacetError(
      'not_available',
      'Dynamic servers have no dry run; POST the rules to /dynamic/preview or /dynamic/{id}/preview.',
    )
  }
  await next()
})
