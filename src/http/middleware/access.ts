import { createMiddleware } from 'hono/factory'
import type { Env, HttpContext } from '../context.ts'

/** Reachable without a credential, for whoever watches over the process. */
const OPEN = ['/health', '/health/ready']

/** Checks Host and Origin on every route, and the credential on all but two. */
export function createAccess({ guard, authenticate }: HttpContext) {
  return createMiddleware<Env>(async (c, next) => {
    guard(c.req.header('host'), c.req.header('origin'))
    if (!OPEN.includes(c.req.path)) c.set('caller', authenticate(c.req.header('authorization')))
    await next()
  })
}
