import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { callerFields, eventOf } from '../../access/events/event.ts'
import { presentCaller } from '../../access/present-user.ts'
import { FORGET_SESSION, sessionCookie, sessionIn } from '../../access/session-cookie.ts'
import { checked } from '../../access/user-input.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env, HttpContext } from '../context.ts'
import { isFromOwnPage } from '../own-page.ts'
import { json, jsonBody } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { callerSchema } from '../schemas/user.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['users']
const NO_STORE = { 'cache-control': 'no-store' }

const sessionInput = z
  .strictObject({
    credential: z.string().min(1).max(4_096).meta({
      description: "An API key, or the administrator's token.",
    }),
  })
  .meta({ id: 'SessionInput' })

/** Signing in and out of the admin UI: a cookie that only its own pages can use. */
export function sessionRoutes({ signIn, publicUrl, logger, recording }: HttpContext) {
  const { events } = recording
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'post',
        path: '/session',
        'x-access': 'open',
        tags,
        summary: 'Sign in to the admin UI; the answer sets a cookie',
        request: { body: { content: { 'application/json': { schema: sessionInput } } } },
        responses: {
          201: jsonContent(callerSchema, 'Who is signed in'),
          ...problems('invalid_request', 'invalid_json', 'unauthorized', 'too_many_attempts'),
        },
      }),
      async (c) => {
        const { credential } = checked(sessionInput, await jsonBody(c), 'session')
        requireOwnPage(c, publicUrl)
        const address = c.env?.incoming?.socket.remoteAddress ?? ''
        const at = events.now().getTime()
        const event = {
          at,
          action: 'authenticate',
          type: 'session',
          name: 'POST /session',
        } as const
        const { id, caller } = attempt(
          () => signIn.begin(credential, address),
          (code) =>
            events.counted(
              eventOf({ ...event, decision: 'deny', outcome: 'denied', code, address }),
            ),
        )
        events.record(
          eventOf({ ...event, decision: 'allow', outcome: 'ok', ...callerFields(caller), address }),
        )
        logger.info({ caller: caller.id }, 'signed in')
        return json(c, presentCaller(caller), 201, {
          ...NO_STORE,
          'set-cookie': sessionCookie(id, isOverHttps(c)),
        })
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/session',
        'x-access': 'open',
        tags,
        summary: 'Sign out of the admin UI',
        responses: { 204: { description: 'Signed out' }, ...problems('forbidden_origin') },
      }),
      (c) => {
        const id = sessionIn(c.req.header('cookie'))
        if (id === undefined) return c.body(null, 204)
        requireOwnPage(c, publicUrl)
        signIn.end(id)
        for (const value of FORGET_SESSION) c.header('set-cookie', value, { append: true })
        return c.body(null, 204, NO_STORE)
      },
    )
}

function attempt<T>(run: () => T, failed: (code: string) => void): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof FacetError) failed(error.code)
    throw error
  }
}

function requireOwnPage(c: Context<Env>, publicUrl: string | undefined): void {
  if (isFromOwnPage(c, publicUrl)) return
  throw new FacetError(
    'forbidden_origin',
    'Sessions are for the pages of /admin, over https or on this machine. Send a key in the Authorization header instead.',
  )
}

/** Browsers say with every POST where their page came from, also behind a proxy that ends TLS. */
function isOverHttps(c: Context<Env>): boolean {
  return [c.req.url, c.req.header('origin')].some((address) => address?.startsWith('https:'))
}
