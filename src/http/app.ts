import { OpenAPIHono } from '@hono/zod-openapi'
import { FacetError } from '../errors/facet-error.ts'
import { VERSION } from '../version.ts'
import { type AccessTable, accessTable } from './access-table.ts'
import type { Env, HttpContext } from './context.ts'
import { createAccess, QUERY_KEY } from './middleware/access.ts'
import { checkBody, limitBody } from './middleware/body.ts'
import { createErrorHandler, problemResponse } from './middleware/errors.ts'
import { createRequestLog } from './middleware/log.ts'
import { refuseDryRun } from './middleware/refuse-dry-run.ts'
import { adminRoutes } from './routes/admin.ts'
import { docsRoutes } from './routes/docs.ts'
import { dynamicRoutes } from './routes/dynamic.ts'
import { dynamicCatalogRoutes } from './routes/dynamic-catalog.ts'
import { dynamicReviewRoutes } from './routes/dynamic-review.ts'
import { dynamicVersionRoutes } from './routes/dynamic-versions.ts'
import { entryRoutes } from './routes/entries.ts'
import { eventRoutes } from './routes/events.ts'
import { explainRoutes } from './routes/explain.ts'
import { filterRoutes } from './routes/filters.ts'
import { guardCodeRoutes } from './routes/guard-codes.ts'
import { guardRoutes } from './routes/guards.ts'
import { hiddenRoutes } from './routes/hidden.ts'
import { keyRoutes } from './routes/keys.ts'
import { operationRoutes } from './routes/operations.ts'
import { policyRoutes } from './routes/policies.ts'
import { policyExplainRoutes } from './routes/policy-explain.ts'
import { policyPreviewRoutes } from './routes/policy-preview.ts'
import { resourceMetadataRoutes } from './routes/resource-metadata.ts'
import { selectionRoutes } from './routes/selection.ts'
import { sessionRoutes } from './routes/session.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { sourceRoutes } from './routes/sources.ts'
import { statsRoutes } from './routes/stats.ts'
import { tagRoutes } from './routes/tags.ts'
import { userRoutes } from './routes/users.ts'

/** The whole HTTP face: REST, the MCP endpoints, health, metrics and documentation. */
export function createApp(context: HttpContext) {
  const app = new OpenAPIHono<Env>()
  let table: AccessTable = new Map()
  app.onError(createErrorHandler(context.logger))
  app.notFound((c) => nothingHere(app.routes, c.req.method, c.req.path))
  app.use(createRequestLog(context))
  app.use(createAccess(context, () => table))
  app.all('/dynamic/:id/mcp', (c) =>
    context.mcp.handle(withoutKey(c.req.raw), c.req.param('id'), c.get('caller'), c.env?.incoming),
  )
  app.all('/mcp', (c) =>
    context.mcp.handle(withoutKey(c.req.raw), 'all', c.get('caller'), c.env?.incoming),
  )
  app.use(limitBody, checkBody)
  app.use('/dynamic/*', refuseDryRun)
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Facet',
      version: VERSION,
      description:
        'Dynamic virtual MCP servers: rule-driven catalogs of tools, prompts and resources, served live.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  })
  const complete = app
    .route('/', operationRoutes(context))
    .route('/', statsRoutes(context))
    .route('/', filterRoutes())
    .route('/', docsRoutes())
    .route('/', adminRoutes())
    .route('/', entryRoutes(context, 'tools'))
    .route('/', entryRoutes(context, 'prompts'))
    .route('/', entryRoutes(context, 'resources'))
    .route('/', entryRoutes(context, 'resource_templates'))
    .route('/', tagRoutes(context))
    .route('/', sourceRoutes(context))
    .route('/', signInRoutes(context))
    .route('/', dynamicCatalogRoutes(context))
    .route('/', explainRoutes(context))
    .route('/', selectionRoutes(context))
    .route('/', dynamicVersionRoutes(context))
    .route('/', dynamicReviewRoutes(context))
    .route('/', dynamicRoutes(context))
    .route('/', policyExplainRoutes(context))
    .route('/', policyPreviewRoutes(context))
    .route('/', policyRoutes(context))
    .route('/', guardRoutes(context))
    .route('/', guardCodeRoutes(context))
    .route('/', hiddenRoutes(context))
    .route('/', userRoutes(context))
    .route('/', keyRoutes(context))
    .route('/', sessionRoutes(context))
    .route('/', eventRoutes(context))
    .route('/', resourceMetadataRoutes(context))
  table = accessTable(complete)
  return complete
}

export type App = ReturnType<typeof createApp>

/** A key in the address has done its work: nobody behind this door gets to see it. */
function withoutKey(request: Request): Request {
  if (!request.url.includes(QUERY_KEY)) return request
  const url = new URL(request.url)
  url.searchParams.delete(QUERY_KEY)
  return new Request(url, request)
}

/** 405 for an address that takes other methods, 404 for one that leads nowhere. */
function nothingHere(
  routes: readonly { method: string; path: string }[],
  method: string,
  path: string,
): Response {
  const allowed = routes
    .filter((route) => route.method !== 'ALL' && matches(route.path, path))
    .map((route) => route.method)
  if (allowed.length === 0 || allowed.includes(method)) {
    const message = `${method} ${path} leads nowhere; see /docs.`
    return problemResponse(new FacetError('not_found', message))
  }
  const allow = [...new Set(allowed)].join(', ')
  const message = `${path} takes ${allow}, not ${method}.`
  const response = problemResponse(new FacetError('method_not_allowed', message))
  response.headers.set('allow', allow)
  return response
}

/** Whether a path is one of a route: `/tools/:id` matches `/tools/tool_1`. */
function matches(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => part.startsWith(':') || part === given[i])
  )
}
