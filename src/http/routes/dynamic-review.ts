import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { authorOf } from '../../access/caller.ts'
import { decide, decisionInput } from '../../dynamic/review/decide.ts'
import { isBehind, presentPending, withheldMembers } from '../../dynamic/review/pending.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { ifMayManage } from '../may-change.ts'
import { json, jsonBody } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { decidedSchema, pendingSchema } from '../schemas/review.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['versions and review']
const unresolved = [
  'selector_not_configured',
  'selection_failed',
  'selection_over_budget',
  'server_unusable',
] as const
const VERBS = { approve: 'approved', reject: 'rejected' } as const

const query = z.object({
  state: z.enum(['pending', 'rejected']).default('pending'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
})

/** Routes about entries that wait until somebody approves them. */
export function dynamicReviewRoutes(http: HttpContext) {
  const { store, resolution, resolver } = http
  const { servers, catalog } = resolution
  const { approvals } = servers
  const context = { servers, catalog, approvals, resolver, store: store.approvals }

  const routes = new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(
    createRoute({
      method: 'get',
      path: '/dynamic/{id}/pending',
      'x-access': 'read',
      tags,
      summary: 'Entries that wait for a decision, or were rejected',
      request: { params: idParam, query },
      responses: {
        200: jsonContent(
          z.object({ pending: z.array(pendingSchema), next_cursor: z.string().optional() }),
          'One page, by type, then in the order of lists',
        ),
        ...problems('invalid_request', 'invalid_cursor', 'not_found', ...unresolved),
      },
    }),
    async (c) => {
      const { state, limit, cursor } = c.req.valid('query')
      const server = servers.get(c.req.valid('param').id)
      if (server.definition.admission !== 'review') return json(c, { pending: [] })
      const held = await resolver.hold(server)
      const { view } = held.view(resolution.now().getTime())
      let waiting = withheldMembers(context, view, state)
      if (cursor !== undefined) {
        const last = catalog.get(cursor)
        if (!last) throw new FacetError('invalid_cursor', 'Start again without a cursor.')
        waiting = waiting.filter((entry) => isBehind(entry, last))
      }
      const page = waiting.slice(0, limit)
      return json(c, {
        pending: page.map((entry) => presentPending(context, server, entry)),
        ...(waiting.length > limit ? { next_cursor: page.at(-1)!.record.id } : {}),
      })
    },
  )
  for (const verb of ['approve', 'reject'] as const) {
    routes.openapi(
      createRoute({
        method: 'post',
        path: `/dynamic/{id}/pending/${verb}`,
        'x-access': 'write',
        tags,
        summary:
          verb === 'approve'
            ? 'Let entries in, as they are now'
            : 'Keep entries out, until they change or are approved',
        request: {
          params: idParam,
          body: { required: true, content: { 'application/json': { schema: decisionInput } } },
        },
        responses: {
          200: jsonContent(decidedSchema, 'What was decided; it applies at once'),
          ...problems(
            'invalid_request',
            'invalid_json',
            'not_found',
            'not_under_review',
            'precondition_failed',
            ...unresolved,
          ),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const state = VERBS[verb]
        const entries = await decide(
          context,
          id,
          state,
          await jsonBody(c),
          authorOf(c.get('caller')),
          ifMayManage(http, c, id),
        )
        const ids = entries.map(({ record }) => record.id)
        return json(c, { state, count: ids.length, entries: ids })
      },
    )
  }
  return routes
}
