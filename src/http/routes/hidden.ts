import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { MAX_HIDDEN } from '../../access/hidden.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['hidden entries']
const entryParam = z.object({
  id: z
    .string()
    .min(1)
    .max(256)
    .openapi({ param: { name: 'id', in: 'path' }, description: 'Id of an entry' }),
})

/**
 * Routes by which callers take entries out of their own lists. Whether there is such an entry is not
 * told: it may be one that they must not know of.
 */
export function hiddenRoutes({ resolution }: HttpContext) {
  const { hidden } = resolution
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'self',
        path: '/me/hidden',
        tags,
        summary: 'What you hide from your own lists',
        responses: {
          200: jsonContent(z.object({ hidden: z.array(z.string()) }), 'Ids of entries'),
        },
      }),
      (c) => json(c, { hidden: [...(hidden.of(c.get('caller').id) ?? [])].sort() }),
    )
    .openapi(
      createRoute({
        method: 'put',
        'x-access': 'self',
        path: '/me/hidden/{id}',
        tags,
        summary: 'Hide an entry from your own lists; it stays callable',
        request: { params: entryParam },
        responses: { 204: { description: 'Hidden' }, ...problems('invalid_request') },
      }),
      async (c) => {
        const { id: caller } = c.get('caller')
        const now = hidden.of(caller)
        if (now && now.size >= MAX_HIDDEN) {
          throw new FacetError('invalid_request', `${MAX_HIDDEN} entries are hidden already.`)
        }
        await hidden.hide(caller, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        'x-access': 'self',
        path: '/me/hidden/{id}',
        tags,
        summary: 'Show an entry again',
        request: { params: entryParam },
        responses: { 204: { description: 'Shown' }, ...problems('invalid_request') },
      }),
      async (c) => {
        await hidden.unhide(c.get('caller').id, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
}
