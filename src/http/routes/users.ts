import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { authorOf } from '../../access/caller.ts'
import { listUsers } from '../../access/list-users.ts'
import { presentCaller, presentUser } from '../../access/present-user.ts'
import { userInput } from '../../access/user-input.ts'
import { createUser, deleteUser, patchUser, userOf } from '../../access/users.ts'
import { forgetUser } from '../../dynamic/forget-user.ts'
import type { Env, HttpContext } from '../context.ts'
import { etag, ifMatch, json, jsonBody } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, mergePatchBody, problems } from '../schemas/common.ts'
import { callerSchema, userQuery, userSchema, usersSchema } from '../schemas/user.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['users']
const one = jsonContent(userSchema, 'The user')
const wrong = ['invalid_request', 'invalid_json'] as const

/** Who may come in: people and service accounts. */
export function userRoutes({ accounts, resolution }: HttpContext) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/me',
        'x-access': 'self',
        tags,
        summary: 'Who the caller is',
        responses: { 200: jsonContent(callerSchema, 'The caller') },
      }),
      (c) => json(c, presentCaller(c.get('caller'))),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/users',
        'x-access': 'admin',
        tags,
        summary: 'List users',
        request: { query: userQuery },
        responses: {
          200: jsonContent(usersSchema, 'One page, by id'),
          ...problems('invalid_request', 'invalid_cursor'),
        },
      }),
      (c) => {
        const { users, ...next } = listUsers(accounts, c.req.valid('query'))
        return json(c, { users: users.map(presentUser), ...next })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/users',
        'x-access': 'admin',
        tags,
        summary: 'Make a user',
        request: {
          body: { required: true, content: { 'application/json': { schema: userInput } } },
        },
        responses: { 201: one, ...problems(...wrong, 'id_taken') },
      }),
      async (c) => {
        const user = await createUser(accounts, await jsonBody(c))
        const location = `/users/${encodeURIComponent(user.id)}`
        return json(c, presentUser(user), 201, { location, ...etag(user.version) })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/users/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Read a user',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      (c) => {
        const user = userOf(accounts, c.req.valid('param').id)
        return json(c, presentUser(user), 200, etag(user.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/users/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Change a user by a merge patch; counts at once, also for open sessions',
        request: { params: idParam, headers: ifMatchHeader, body: mergePatchBody },
        responses: { 200: one, ...problems(...wrong, 'not_found', 'precondition_failed') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const user = await patchUser(accounts, id, await jsonBody(c), ifMatch(c))
        return json(c, presentUser(user), 200, etag(user.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/users/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Delete a user with all keys, shares and hidden entries; open sessions end',
        request: { params: idParam, headers: ifMatchHeader },
        responses: {
          204: { description: 'Deleted' },
          ...problems('not_found', 'precondition_failed'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await deleteUser(accounts, id, ifMatch(c))
        await forgetUser(resolution, id, authorOf(c.get('caller')))
        return c.body(null, 204)
      },
    )
}
