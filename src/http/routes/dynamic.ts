import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { authorOf } from '../../access/caller.ts'
import { serverInput } from '../../dynamic/definition.ts'
import { presentServer } from '../../dynamic/present-server.ts'
import { reviewCounts } from '../../dynamic/review/counts.ts'
import type { DynamicServer } from '../../dynamic/servers.ts'
import {
  createServer,
  deleteServer,
  patchServer,
  replaceServer,
  setStatus,
} from '../../dynamic/write-servers.ts'
import type { Env, HttpContext } from '../context.ts'
import { ifMayManage } from '../may-change.ts'
import { etag, json, jsonBody } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, mergePatchBody, problems } from '../schemas/common.ts'
import { serverSchema } from '../schemas/server.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['dynamic servers']
const one = jsonContent(serverSchema, 'The dynamic server')
const body = { required: true, content: { 'application/json': { schema: serverInput } } }
const wrong = ['invalid_request', 'invalid_json', 'invalid_filter', 'no_rules'] as const
const unchangeable = ['not_found', 'managed_by_file', 'builtin', 'not_available'] as const
const refused = [...unchangeable, 'precondition_failed'] as const

/** Routes that make, read, change and delete dynamic servers. */
export function dynamicRoutes(context: HttpContext) {
  const { resolution, resolver } = context
  const { servers, selections } = resolution
  const health = { catalog: resolution.catalog, selections, chosen: resolver.memberships.chosen }
  const shown = async (server: DynamicServer) => ({
    ...presentServer(server, health),
    review: await reviewCounts(resolver, server, resolution.now()),
  })

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic',
        'x-access': 'read',
        tags,
        summary: 'List dynamic servers',
        responses: {
          200: jsonContent(z.object({ servers: z.array(serverSchema) }), 'In order of creation'),
        },
      }),
      async (c) => json(c, { servers: await Promise.all(servers.all().map(shown)) }),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic',
        'x-access': 'write',
        tags,
        summary: 'Make a dynamic server',
        request: { body },
        responses: { 201: one, ...problems(...wrong, 'id_taken') },
      }),
      async (c) => {
        const server = await createServer(servers, await jsonBody(c), authorOf(c.get('caller')))
        const headers = { location: `/dynamic/${server.id}`, ...etag(server.version) }
        return json(c, await shown(server), 201, headers)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}',
        'x-access': 'read',
        tags,
        summary: 'Read a dynamic server',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      async (c) => {
        const server = servers.get(c.req.valid('param').id)
        return json(c, await shown(server), 200, etag(server.version))
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/dynamic/{id}',
        'x-access': 'write',
        tags,
        summary: 'Replace a dynamic server',
        request: { params: idParam, headers: ifMatchHeader, body },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const server = await replaceServer(
          servers,
          id,
          await jsonBody(c),
          authorOf(c.get('caller')),
          ifMayManage(context, c, id),
        )
        return json(c, await shown(server), 200, etag(server.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/dynamic/{id}',
        'x-access': 'write',
        tags,
        summary: 'Change a dynamic server by a merge patch; rules are replaced as a whole',
        request: { params: idParam, headers: ifMatchHeader, body: mergePatchBody },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const server = await patchServer(
          servers,
          id,
          await jsonBody(c),
          authorOf(c.get('caller')),
          ifMayManage(context, c, id),
        )
        return json(c, await shown(server), 200, etag(server.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/dynamic/{id}',
        'x-access': 'write',
        tags,
        summary: 'Delete a dynamic server',
        request: { params: idParam, headers: ifMatchHeader },
        responses: { 204: { description: 'Deleted' }, ...problems(...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await deleteServer(servers, id, ifMayManage(context, c, id))
        return c.body(null, 204)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/activate',
        'x-access': 'write',
        tags,
        summary: 'Serve a draft',
        request: { params: idParam },
        responses: { 200: one, ...problems('no_rules', ...unchangeable) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const server = await setStatus(
          servers,
          id,
          'active',
          authorOf(c.get('caller')),
          ifMayManage(context, c, id),
        )
        return json(c, await shown(server), 200, etag(server.version))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/deactivate',
        'x-access': 'write',
        tags,
        summary: 'Make a server a draft: previewable, not served',
        request: { params: idParam },
        responses: { 200: one, ...problems(...unchangeable) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const server = await setStatus(
          servers,
          id,
          'draft',
          authorOf(c.get('caller')),
          ifMayManage(context, c, id),
        )
        return json(c, await shown(server), 200, etag(server.version))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/refresh',
        'x-access': 'write',
        tags,
        summary: 'End a freeze: the next list is evaluated anew',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        context.changeRights.requireManage(c.get('caller'), servers.get(id))
        resolver.refresh(id)
        return json(c, await shown(servers.get(id)))
      },
    )
}
