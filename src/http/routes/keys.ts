import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { createKey, type NewKey, resetUser, revokeKey } from '../../access/keys.ts'
import { presentKey } from '../../access/present-user.ts'
import { keyInput } from '../../access/user-input.ts'
import { userOf } from '../../access/users.ts'
import type { Env, HttpContext } from '../context.ts'
import { json, jsonBody } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { keySchema, newKeySchema } from '../schemas/user.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['users']
const fresh = jsonContent(newKeySchema, 'The key, shown this once')

/** A key is in this answer and nowhere else: nothing between here and there may keep it. */
const NO_STORE = { 'cache-control': 'no-store' }

/** API keys of users. */
export function keyRoutes({ accounts }: HttpContext) {
  const shown = ({ record, key }: NewKey) => ({ ...presentKey(accounts, record), key })

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/users/{id}/keys',
        'x-access': 'admin',
        tags,
        summary: 'List the keys of a user: what they begin with, never the keys',
        request: { params: idParam },
        responses: {
          200: jsonContent(z.object({ keys: z.array(keySchema) }), 'Oldest first'),
          ...problems('not_found'),
        },
      }),
      (c) => {
        const { id } = userOf(accounts, c.req.valid('param').id)
        return json(c, { keys: accounts.keysOf(id).map((key) => presentKey(accounts, key)) })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/users/{id}/keys',
        'x-access': 'admin',
        tags,
        summary: 'Give a user one more key',
        request: {
          params: idParam,
          body: { content: { 'application/json': { schema: keyInput } } },
        },
        responses: { 201: fresh, ...problems('invalid_request', 'invalid_json', 'not_found') },
      }),
      async (c) => {
        const made = await createKey(accounts, c.req.valid('param').id, await jsonBody(c))
        return json(c, shown(made), 201, NO_STORE)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/users/{id}/reset',
        'x-access': 'admin',
        tags,
        summary: 'End all keys and sessions of a user, and give a new key',
        request: { params: idParam },
        responses: { 200: fresh, ...problems('not_found') },
      }),
      async (c) =>
        json(c, shown(await resetUser(accounts, c.req.valid('param').id)), 200, NO_STORE),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/keys/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Revoke a key; open sessions of it end',
        request: { params: idParam },
        responses: { 204: { description: 'Revoked' }, ...problems('not_found') },
      }),
      async (c) => {
        await revokeKey(accounts, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
}
