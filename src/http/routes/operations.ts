import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { measureSelections } from '../../dynamic/membership/measure-selections.ts'
import { messageOf } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { VERSION } from '../../version.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent } from '../schemas/common.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['operations']
const ready = z.object({ ready: z.boolean(), error: z.string().optional() })

/** Health and metrics. */
export function operationRoutes(context: HttpContext) {
  const { store, sources, resolution, resolver, rulesDirectory, mcp, metrics, activity, now } =
    context
  const { catalog, servers } = resolution

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/health',
        'x-access': 'open',
        tags,
        summary: 'Whether the process answers; needs no credential',
        responses: {
          200: jsonContent(z.object({ status: z.literal('ok'), timestamp: z.string() }), 'It does'),
        },
      }),
      (c) => json(c, { status: 'ok', timestamp: now().toISOString() }),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/health/ready',
        'x-access': 'open',
        tags,
        summary: 'Whether requests can be served; needs no credential',
        responses: { 200: jsonContent(ready, 'Ready'), 503: jsonContent(ready, 'Not ready') },
      }),
      async (c) => {
        try {
          await store.check()
          return json(c, { ready: true })
        } catch (error) {
          context.logger.error({ err: error }, 'the database does not answer')
          return json(c, { ready: false, error: 'The database does not answer.' }, 503)
        }
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/health/detailed',
        'x-access': 'read',
        tags,
        summary: 'How every part is doing',
        responses: { 200: jsonContent(z.record(z.string(), z.unknown()), 'Details') },
      }),
      async (c) => {
        const database = await store.check().then(
          () => 'ok',
          (error: unknown) => messageOf(error),
        )
        return json(c, {
          status: 'ok',
          version: VERSION,
          started_at: activity.startedAt.toISOString(),
          uptime_seconds: Math.floor((now().getTime() - activity.startedAt.getTime()) / 1000),
          requests: activity.requests,
          errors: activity.errors,
          last_request: activity.lastRequestAt?.toISOString() ?? null,
          database,
          catalog: {
            revision: catalog.revision,
            entries: Object.fromEntries(
              ENTRY_TYPES.map((type) => [type, catalog.index(type).size]),
            ),
          },
          servers: servers.all().length,
          sources: sources.all().map(({ record, status }) => ({
            id: record.id,
            state: status.state,
            since: status.since,
            last_error: status.last_error,
          })),
          rules: rulesDirectory.status ?? null,
          mcp: { sessions: mcp.sessionCount },
          events: context.recording.events.status,
        })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/metrics',
        'x-access': 'admin',
        tags,
        summary: 'Metrics for Prometheus',
        responses: {
          200: { description: 'Text format', content: { 'text/plain': { schema: z.string() } } },
        },
      }),
      async (c) => {
        metrics.catalogEntries.reset()
        for (const type of ENTRY_TYPES) {
          for (const [source, count] of catalog.index(type).sources.counts()) {
            metrics.catalogEntries.set({ type, source }, count)
          }
        }
        measureSelections(resolver.memberships.chosen, metrics, now())
        const text = await metrics.registry.metrics()
        return c.text(text, 200, { 'content-type': metrics.registry.contentType })
      },
    )
}
