import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { type AskedCaller, askedInAddress } from '../../access/asked-caller.ts'
import type { Caller } from '../../access/caller.ts'
import type { Managed } from '../../access/policies/change-rights.ts'
import { hasRight } from '../../access/rights.ts'
import {
  type Asking,
  entryQuery,
  explainBody,
  explainSaved,
  explainUnsaved,
} from '../../dynamic/explain/ask.ts'
import type { Env, HttpContext } from '../context.ts'
import { lookingThrough } from '../look-through.ts'
import { json, jsonBody } from '../reply.ts'
import { callerQuery, idParam, jsonContent, problems } from '../schemas/common.ts'
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
export function explainRoutes(http: HttpContext) {
  const { resolution, resolver, now } = http
  const { servers, catalog, policies, guards } = resolution
  const context = { catalog, servers, policies, guards, resolver, now }

  const asking = (asker: Caller, asked: AskedCaller | undefined, server: Managed): Asking => ({
    through: lookingThrough(http, asker, asked, server),
    // As for GET /guards.
    seesGuards: hasRight(asker, 'admin'),
  })

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/explain',
        'x-access': 'read',
        tags,
        summary: 'Why an entry is in a server, or why not',
        request: { params: idParam, query: entryQuery.extend(callerQuery) },
        responses: {
          200: answer,
          ...problems(
            'invalid_request',
            'forbidden',
            'not_found',
            'policy_unusable',
            ...unresolved,
          ),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { caller, ...query } = c.req.valid('query')
        const asked = caller === undefined ? undefined : askedInAddress(caller)
        const by = asking(c.get('caller'), asked, servers.get(id))
        return json(c, await explainSaved(context, id, query, by))
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
            'forbidden',
            'not_found',
            'policy_unusable',
            'too_expensive',
            'selector_not_configured',
          ),
        },
      }),
      async (c) => {
        const ask = (asked: AskedCaller | undefined, server: Managed) =>
          asking(c.get('caller'), asked, server)
        return json(c, await explainUnsaved(context, await jsonBody(c), ask))
      },
    )
}
