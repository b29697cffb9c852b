import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { entryQuery, explainBody, explainSaved, explainUnsaved } from '../../dynamic/explain/ask.ts'
import type { Env, HttpContext } from '../context.ts'
import { json, jsonBody } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { explanationSchema } from '../schemas/explain.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['dynamic catalogs']
const answer = jsonContent(explanationSchema, 'Every stage, every rule, clause by clause')
const body = { required: true, content: { 'application/json': { schema: explainBody } } }
const unresolved = [
  'selector_not_configured',
  'selection_failed',
  'selection_over_budget',
  'server_unusable',
] as const

/** Routes that say why an entry is in a server, or why not. */
export function explainRoutes({ resolution, resolver, now }: HttpContext) {
  const { servers, catalog } = resolution

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/explain',
        'x-access': 'read',
        tags,
        summary: 'Why an entry is in a server, or why not',
        request: { params: idParam, query: entryQuery },
        responses: { 200: answer, ...problems('invalid_request', 'not_found', ...unresolved) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const context = { catalog, servers, resolver, now }
        const query = c.req.valid('query')
        return json(c, await explainSaved(context, id, query, c.get('caller')))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/explain',
        'x-access': 'read',
        tags,
        summary: 'The same for rules that are not saved; nothing is written',
        request: { body },
        responses: {
          200: answer,
          ...problems(
            'invalid_request',
            'invalid_json',
            'invalid_filter',
            'not_found',
            'too_expensive',
            'selector_not_configured',
          ),
        },
      }),
      async (c) => json(c, await explainUnsaved(catalog, resolver.memberships, await jsonBody(c))),
    )
}
