import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { create, patch, present, remove, replace } from '../../access/definitions/write.ts'
import { guardInput } from '../../access/guards/definition.ts'
import { guardWriting } from '../../access/guards/write-guards.ts'
import type { Env, HttpContext } from '../context.ts'
import { etag, ifMatch, json, jsonBody } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, mergePatchBody, problems } from '../schemas/common.ts'
import { guardSchema } from '../schemas/guard.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['guards']
const one = jsonContent(guardSchema, 'The guard')
const body = { required: true, content: { 'application/json': { schema: guardInput } } }
const wrong = ['invalid_request', 'invalid_json', 'invalid_filter', 'unknown_secret'] as const
const refused = ['not_found', 'managed_by_config', 'precondition_failed'] as const

/** Routes that make, read, change and delete guards. */
export function guardRoutes({ guarding }: HttpContext) {
  const { guards } = guarding
  const writing = guardWriting(guarding)
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'admin',
        path: '/guards',
        tags,
        summary: 'List guards',
        responses: {
          200: jsonContent(z.object({ guards: z.array(guardSchema) }), 'In order of their ids'),
        },
      }),
      (c) => json(c, { guards: guards.all().map(present) }),
    )
    .openapi(
      createRoute({
        method: 'post',
        'x-access': 'admin',
        path: '/guards',
        tags,
        summary: 'Make a guard',
        request: { body },
        responses: { 201: one, ...problems(...wrong, 'id_taken') },
      }),
      async (c) => {
        const guard = await create(writing, await jsonBody(c))
        const headers = { location: `/guards/${guard.id}`, ...etag(guard.version) }
        return json(c, present(guard), 201, headers)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'admin',
        path: '/guards/{id}',
        tags,
        summary: 'Read a guard',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      (c) => {
        const guard = guards.get(c.req.valid('param').id)
        return json(c, present(guard), 200, etag(guard.version))
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        'x-access': 'admin',
        path: '/guards/{id}',
        tags,
        summary: 'Replace a guard',
        request: { params: idParam, headers: ifMatchHeader, body },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const guard = await replace(writing, id, await jsonBody(c), ifMatch(c))
        return json(c, present(guard), 200, etag(guard.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        'x-access': 'admin',
        path: '/guards/{id}',
        tags,
        summary: 'Change a guard by a merge patch',
        request: { params: idParam, headers: ifMatchHeader, body: mergePatchBody },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const guard = await patch(writing, id, await jsonBody(c), ifMatch(c))
        return json(c, present(guard), 200, etag(guard.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        'x-access': 'admin',
        path: '/guards/{id}',
        tags,
        summary: 'Delete a guard',
        request: { params: idParam, headers: ifMatchHeader },
        responses: { 204: { description: 'Deleted' }, ...problems(...refused) },
      }),
      async (c) => {
        await remove(writing, c.req.valid('param').id, ifMatch(c))
        return c.body(null, 204)
      },
    )
}
