import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { errorItems } from '../../catalog/verbs.ts'
import { presentSelection, rejudge } from '../../dynamic/present-selection.ts'
import type { SelectionQuery } from '../../dynamic/selection-page.ts'
import type { DynamicServer } from '../../dynamic/servers.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { json, jsonBody } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { rejudgeSchema, selectionQuery, selectionSchema } from '../schemas/selection.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['selection']
const conflicts = ['not_active', 'nothing_held'] as const
const unanswered = ['selector_not_configured', 'selection_failed', 'selection_over_budget'] as const
const one = jsonContent(selectionSchema, 'Each rule, with a page of its candidates')
const FIRST_PAGE = { limit: 100 }

/** Routes about rules that are answered by meaning. */
export function selectionRoutes({ resolution, resolver, changeRights }: HttpContext) {
  const { servers, catalog } = resolution
  const { chosen } = resolver.memberships
  const shown = (server: DynamicServer, query: SelectionQuery = FIRST_PAGE) =>
    presentSelection(server, chosen, catalog, query)

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/selection',
        'x-access': 'read',
        tags,
        summary: 'What the rules of mode llm and semantic chose, and why',
        request: { params: idParam, query: selectionQuery },
        responses: { 200: one, ...problems('invalid_request', 'invalid_cursor', 'not_found') },
      }),
      async (c) => {
        const server = servers.get(c.req.valid('param').id)
        // Why there is no answer is part of what is shown.
        if (isActive(server)) await resolver.hold(server).catch(() => undefined)
        const { matched, ...query } = c.req.valid('query')
        const wanted = matched === undefined ? {} : { matched: matched === 'true' }
        return json(c, shown(server, { ...query, ...wanted }))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/rejudge',
        'x-access': 'write',
        tags,
        summary: 'Ask about every candidate anew, or publish a held answer',
        request: {
          params: idParam,
          body: { required: false, content: { 'application/json': { schema: rejudgeSchema } } },
        },
        responses: {
          200: one,
          ...problems('invalid_request', 'invalid_json', 'not_found', ...conflicts, ...unanswered),
        },
      }),
      async (c) => {
        const server = servers.get(c.req.valid('param').id)
        changeRights.requireManage(c.get('caller'), server)
        const parsed = rejudgeSchema.safeParse((await jsonBody(c)) ?? {})
        if (!parsed.success) {
          const errors = errorItems(parsed.error)
          throw new FacetError('invalid_request', 'Expected {"rule"?, "confirm"?}.', { errors })
        }
        if (!isActive(server)) {
          throw new FacetError('not_active', `${server.id} is a draft: activate it first.`)
        }
        // Opens the rules; those without an answer are asked once, and not once more.
        const held = resolver.hold(server)
        held.catch(() => undefined)
        await rejudge(server, chosen, parsed.data)
        await held.catch(onlyWithoutAnswer)
        return json(c, shown(server))
      },
    )
}

function isActive({ definition }: DynamicServer): boolean {
  return definition.status === 'active'
}

function onlyWithoutAnswer(error: unknown): void {
  const isWithout =
    error instanceof FacetError &&
    (error.code === 'selection_failed' || error.code === 'selection_over_budget')
  if (!isWithout) throw error
}
