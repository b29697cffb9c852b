import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { callerLike } from '../../access/asked-caller.ts'
import { policyInput } from '../../access/policies/definition.ts'
import { isUnbound } from '../../access/policies/standing.ts'
import { checkPolicy } from '../../access/policies/write-policies.ts'
import { type Asked, type PolicyChange, policyImpact } from '../../dynamic/permit/policy-impact.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { policyImpactSchema } from '../schemas/policy.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const question = z
  .strictObject({
    changes: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(64),
          policy: policyInput.nullable().openapi({ description: 'null for one that would go' }),
        }),
      )
      .min(1)
      .max(200),
  })
  .meta({ id: 'PolicyChanges' })

type Who = { readonly user: string } | { readonly role: string }

/** The route that tells administrators what changes of policies would change for callers. */
export function policyPreviewRoutes({ resolution, resolver, accounts, now }: HttpContext) {
  const { servers, catalog, policies } = resolution
  const context = { catalog, servers, policies, resolver, now }

  /** Users that are let in, and somebody for each role that has nothing else; policies hold them. */
  function everybody(): Asked<Who>[] {
    const users = accounts.users().filter(({ disabled }) => !disabled)
    const roles = [...new Set(users.flatMap((user) => user.roles))].sort()
    const nobody = { id: '', groups: [], attributes: {} }
    return [
      ...users.map((user) => ({ who: { user: user.id }, caller: callerLike(user) })),
      ...roles.map((role) => ({ who: { role }, caller: callerLike({ ...nobody, roles: [role] }) })),
    ].filter(({ caller }) => !isUnbound(caller))
  }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(
    createRoute({
      method: 'post',
      path: '/policies/preview',
      'x-access': 'admin',
      tags: ['policies'],
      summary: 'What changes of policies would change for users and roles; nothing is written',
      request: { body: { required: true, content: { 'application/json': { schema: question } } } },
      responses: {
        200: jsonContent(policyImpactSchema, 'What each change alone, and all of them, would do'),
        ...problems('invalid_request', 'invalid_json', 'invalid_filter'),
      },
    }),
    async (c) => {
      const changes = c.req.valid('json').changes.map(understood)
      const asked = everybody()
      const alone = []
      for (const change of changes) {
        const impact = await policyImpact(context, [change], asked)
        alone.push({ policy: change.id, ...impact })
      }
      const together = await policyImpact(context, changes, asked)
      return json(c, { changes: alone, together })
    },
  )
}

/** @throws {FacetError} `invalid_filter` with the place in the body. */
function understood(
  { id, policy }: z.output<typeof question>['changes'][number],
  index: number,
): PolicyChange {
  if (policy === null) return { id, definition: undefined }
  try {
    return { id, definition: checkPolicy({ ...policy, id: undefined }).definition }
  } catch (error) {
    if (!(error instanceof FacetError)) throw error
    const errors = error.errors.map((item) => {
      return { ...item, path: `changes[${index}].policy.${item.path}` }
    })
    throw new FacetError(error.code, error.message, { errors })
  }
}
