import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { authorOf } from '../../access/caller.ts'
import { presentServer } from '../../dynamic/present-server.ts'
import { reviewCounts } from '../../dynamic/review/counts.ts'
import { differenceOf } from '../../dynamic/versions/difference.ts'
import { entriesBetween } from '../../dynamic/versions/entries.ts'
import { getVersion, listVersions, rollBack } from '../../dynamic/versions/versions.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { ifMayManage } from '../may-change.ts'
import { etag, json } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, problems } from '../schemas/common.ts'
import { serverSchema } from '../schemas/server.ts'
import { authorSchema, comparisonSchema, versionSchema } from '../schemas/version.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['versions and review']
const number = z.coerce.number().int().min(1)
const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
})
const versionParam = z.object({
  id: idParam.shape.id,
  version: number.openapi({ param: { name: 'version', in: 'path' } }),
})
const oneVersion = z.object({
  server: z.string(),
  version: z.number().int(),
  author: authorSchema,
  created_at: z.string(),
  definition: z.record(z.string(), z.unknown()),
})

/** Routes about what a dynamic server was, and how to make it that again. */
export function dynamicVersionRoutes(http: HttpContext) {
  const { store, resolution, resolver } = http
  const { servers, catalog, selections } = resolution
  const { memberships } = resolver
  const context = { servers, store: store.servers }
  const health = { catalog: resolution.catalog, selections, chosen: memberships.chosen }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/versions',
        'x-access': 'read',
        tags,
        summary: 'Versions of a server, newest first; the latest 200 are kept',
        request: { params: idParam, query: page },
        responses: {
          200: jsonContent(
            z.object({ versions: z.array(versionSchema), next_cursor: z.string().optional() }),
            'One page',
          ),
          ...problems('invalid_request', 'invalid_cursor', 'not_found'),
        },
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query')
        const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
        if (!Number.isSafeInteger(below)) {
          throw new FacetError('invalid_cursor', 'Start again without a cursor.')
        }
        const { id } = c.req.valid('param')
        const { versions, next } = await listVersions(context, id, { limit, below })
        return json(c, { versions, ...(next === undefined ? {} : { next_cursor: `${next}` }) })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/versions/compare',
        'x-access': 'read',
        tags,
        summary: 'What differs between two versions, and which entries that is about now',
        request: { params: idParam, query: z.object({ from: number, to: number.optional() }) },
        responses: {
          200: jsonContent(
            comparisonSchema,
            'The difference; to is the current version by default',
          ),
          ...problems('invalid_request', 'not_found'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { from, to = servers.get(id).version } = c.req.valid('query')
        const before = await getVersion(context, id, from)
        const after = await getVersion(context, id, to)
        const difference = differenceOf(before.definition, after.definition)
        try {
          const over = { catalog, memberships }
          const entries = await entriesBetween(over, before.definition, after.definition)
          return json(c, { from, to, ...difference, entries })
        } catch (error) {
          if (!(error instanceof FacetError)) throw error
          const { code, message } = error
          const entries_problem = { code, message }
          return json(c, { from, to, ...difference, entries: null, entries_problem })
        }
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/versions/{version}',
        'x-access': 'read',
        tags,
        summary: 'A server as it was at a version',
        request: { params: versionParam },
        responses: {
          200: jsonContent(oneVersion, 'The version'),
          ...problems('invalid_request', 'not_found'),
        },
      }),
      async (c) => {
        const { id, version } = c.req.valid('param')
        const { server, author, createdAt, definition } = await getVersion(context, id, version)
        return json(c, { server, version, author, created_at: createdAt, definition })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/rollback',
        'x-access': 'write',
        tags,
        summary: 'Make a server what it was at a version, as a new version',
        request: {
          params: idParam,
          headers: ifMatchHeader,
          body: {
            required: true,
            content: {
              'application/json': {
                schema: z.strictObject({ version: z.number().int().min(1) }),
              },
            },
          },
        },
        responses: {
          200: jsonContent(serverSchema, 'The dynamic server'),
          ...problems(
            'invalid_request',
            'invalid_json',
            'invalid_filter',
            'not_found',
            'managed_by_file',
            'builtin',
            'no_rules',
            'precondition_failed',
          ),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { version } = c.req.valid('json')
        const server = await rollBack(
          context,
          id,
          version,
          authorOf(c.get('caller')),
          ifMayManage(http, c, id),
        )
        return json(
          c,
          {
            ...presentServer(server, health),
            review: await reviewCounts(resolver, server, resolution.now()),
          },
          200,
          etag(server.version),
        )
      },
    )
}
