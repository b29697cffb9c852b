import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { callerLike, madeUpCaller } from '../../access/asked-caller.ts'
import type { Caller } from '../../access/caller.ts'
import { explainPermit } from '../../dynamic/permit/explain.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { permitFields } from '../schemas/explain.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const question = z
  .strictObject({
    user: z.string().optional(),
    caller: madeUpCaller.optional(),
    server: z.string().default('all'),
    entry: z.string().openapi({ description: 'The id of an entry' }),
  })
  .refine(({ user, caller }) => (user === undefined) !== (caller === undefined), {
    path: ['user'],
    message: 'Say either user or caller.',
  })
  .meta({ id: 'PolicyQuestion' })

const answer = z
  .object({ permitted: z.boolean(), text: z.string(), ...permitFields })
  .meta({ id: 'PolicyExplanation' })

/** The route that tells administrators why somebody may use an entry, or why not. */
export function policyExplainRoutes({ resolution, resolver, accounts }: HttpContext) {
  const { servers, catalog, policies } = resolution
  const context = { catalog, policies, permits: resolver.permits }

  function callerFor({ user: id, caller: given }: z.output<typeof question>): Caller {
    const user = id === undefined ? given! : accounts.user(id)
    if (!user) throw new FacetError('not_found', `There is no user ${JSON.stringify(id)}.`)
    return callerLike(user)
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
