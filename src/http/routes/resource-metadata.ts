import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { FacetError } from '../../errors/facet-error.ts'
import { idSchema } from '../../sources/definition.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['users']
const metadata = z
  .object({
    resource: z.string(),
    authorization_servers: z.array(z.string()),
    bearer_methods_supported: z.array(z.string()),
    resource_name: z.string(),
  })
  .meta({ id: 'ProtectedResource', description: 'RFC 9728 protected resource metadata' })
const one = jsonContent(metadata, 'What tokens are for, and who gives them')
const responses = { 200: one, ...problems('not_found') }

/**
 * Where clients without a token find out how to get one. The answer for a server is the same
 * whether it exists or not: who may not use it does not learn of it here either.
 */
export function resourceMetadataRoutes({ resources }: HttpContext) {
  function found(mcpPath: string | undefined) {
    const resource = resources.metadata(mcpPath)
    if (resource) return resource
    throw new FacetError('not_found', 'The service takes no tokens of authorization servers.')
  }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/.well-known/oauth-protected-resource',
        'x-access': 'open',
        tags,
        summary: 'How to get a token for the REST routes; needs no credential',
        responses,
      }),
      (c) => json(c, found(undefined)),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/.well-known/oauth-protected-resource/mcp',
        'x-access': 'open',
        tags,
        summary: 'How to get a token for the built-in server; needs no credential',
        responses,
      }),
      (c) => json(c, found('/mcp')),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/.well-known/oauth-protected-resource/dynamic/{id}/mcp',
        'x-access': 'open',
        tags,
        summary: 'How to get a token for a dynamic server; needs no credential',
        request: { params: idParam },
        responses,
      }),
      (c) => {
        const { id } = c.req.valid('param')
        if (!idSchema.safeParse(id).success) {
          throw new FacetError('not_found', 'No dynamic server has such an id.')
        }
        return json(c, found(`/dynamic/${id}/mcp`))
      },
    )
}
