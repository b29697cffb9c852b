import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { type CodeGuard, isCodeGuard } from '../../access/guards/codes/codes.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { guardReset, guardStatus } from '../schemas/guard.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['guards']

/** Routes about what guards of kind `totp` hold: what is unlocked, and who is locked out. */
export function guardCodeRoutes({ guarding }: HttpContext) {
  const { guards, codes } = guarding
  const groupAt = (id: string): CodeGuard => {
    const guard = guards.get(id)
    if (isCodeGuard(guard)) return guard
    throw new FacetError('invalid_request', `${id} is of kind ${guard.definition.kind}, not totp.`)
  }
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'admin',
        path: '/guards/{id}/status',
        tags,
        summary: 'For how many a group is unlocked, and whose wrong codes count',
        request: { params: idParam },
        responses: {
          200: jsonContent(guardStatus, 'As it is now'),
          ...problems('not_found', 'invalid_request'),
        },
      }),
      (c) => {
        const { unlocked, failures } = codes.standing(groupAt(c.req.valid('param').id))
        const shown = failures.map(({ caller, count, wait }) => ({
          caller,
          count,
          locked_seconds: wait,
        }))
        return json(c, { unlocked, failures: shown })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        'x-access': 'admin',
        path: '/guards/{id}/lock',
        tags,
        summary: 'Lock a group for everybody',
        request: { params: idParam },
        responses: {
          204: { description: 'Locked' },
          ...problems('not_found', 'invalid_request'),
        },
      }),
      (c) => {
        codes.lockAll(groupAt(c.req.valid('param').id))
        return c.body(null, 204)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        'x-access': 'admin',
        path: '/guards/{id}/reset',
        tags,
        summary: 'Let a caller, or everybody, try codes again',
        request: {
          params: idParam,
          body: { required: true, content: { 'application/json': { schema: guardReset } } },
        },
        responses: {
          204: { description: 'Forgotten' },
          ...problems('not_found', 'invalid_request', 'invalid_json', 'storage_failed'),
        },
      }),
      async (c) => {
        await codes.reset(groupAt(c.req.valid('param').id), c.req.valid('json').caller)
        return c.body(null, 204)
      },
    )
}
