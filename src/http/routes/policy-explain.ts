import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Caller } from '../../access/caller.ts'
import { explainPermit } from '../../dynamic/permit/explain.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { clause } from '../schemas/explain.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const names = z.array(z.string().min(1).max(256)).max(1_000).default([])

const madeUp = z.strictObject({
  // No user's id: owners, shares and policies that name somebody do not mean this caller.
  id: z.string().max(256).default(''),
  roles: names,
  groups: names,
  attributes: z.record(z.string(), z.unknown()).default({}),
})

const question = z
  .strictObject({
    user: z.string().optional(),
    caller: madeUp.optional(),
    server: z.string().default('all'),
    entry: z.string().openapi({ description: 'The id of an entry' }),
  })
  .refine(({ user, caller }) => (user === undefined) !== (caller === undefined), {
    path: ['user'],
    message: 'Say either user or caller.',
  })
  .meta({ id: 'PolicyQuestion' })

const half = z.object({ met: z.boolean(), clause })
const answer = z
  .object({
    permitted: z.boolean(),
    ground: z.enum([
      'unbound',
      'denied',
      'open',
      'server_grant',
      'entry_grant',
      'allowed',
      'not_allowed',
    ]),
    text: z.string(),
    policies: z.array(
      z.object({
        id: z.string(),
        effect: z.enum(['allow', 'deny']),
        who: half,
        what: half,
        applies: z.boolean(),
      }),
    ),
    nearest: z.object({ policy: z.string(), missing: z.array(z.enum(['who', 'what'])) }).nullable(),
  })
  .meta({ id: 'PolicyExplanation' })

/** The route that tells administrators why somebody may use an entry, or why not. */
export function policyExplainRoutes({ resolution, resolver, accounts }: HttpContext) {
  const { servers, catalog, policies } = resolution
  const context = { catalog, policies, permits: resolver.permits }

  function callerFor({ user: id, caller: given }: z.output<typeof question>): Caller {
    const user = id === undefined ? given! : accounts.user(id)
    if (!user) throw new FacetError('not_found', `There is no user ${JSON.stringify(id)}.`)
    const { id: own, roles, groups, attributes } = user
    return { id: own, kind: 'user', roles, groups, attributes: attributes as JsonObject }
  }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(
    createRoute({
      method: 'post',
      path: '/policies/explain',
      'x-access': 'admin',
      tags: ['policies'],
      summary: 'What policies say of a caller and an entry; nothing is written',
      request: { body: { required: true, content: { 'application/json': { schema: question } } } },
      responses: {
        200: jsonContent(answer, 'The decision, and each policy clause by clause'),
        ...problems('invalid_request', 'invalid_json', 'not_found', 'policy_unusable'),
      },
    }),
    async (c) => {
      const asked = c.req.valid('json')
      const entry = catalog.get(asked.entry)
      if (!entry) {
        throw new FacetError('not_found', `There is no entry ${JSON.stringify(asked.entry)}.`)
      }
      const about = { server: servers.get(asked.server), caller: callerFor(asked), entry }
      return json(c, await explainPermit(context, about))
    },
  )
}
