import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { type Asking, shownBy } from '../../access/credential.ts'
import { sessionIn } from '../../access/session-cookie.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { AccessTable } from '../access-table.ts'
import type { Env, HttpContext } from '../context.ts'
import { isFromOwnPage } from '../own-page.ts'
import { isChange, recordChange, recordRefusal } from '../recorded.ts'
import { problemResponse } from './errors.ts'

/** Where an API key stands in an address, on servers that allow it. */
export const QUERY_KEY = 'api_key'

/** Checks Host and Origin on every route, then who asks and whether the route is open to them. */
export function createAccess(context: HttpContext, table: () => AccessTable) {
  const { guard, gate, resources } = context
  const { events } = context.recording
  return createMiddleware<Env>(async (c, next) => {
    const start = performance.now()
    try {
      guard(c.req.header('host'), c.req.header('origin'))
    } catch (error) {
      if (error instanceof FacetError) recordRefusal(events, c, undefined, error)
      throw error
    }
    const route = matchedRoutes(c).find(({ path }) => !path.endsWith('*'))
    // What is not there is told to nobody but those who may be here at all.
    const right = route ? table().get(`${route.method} ${route.path}`) : 'self'
    if (!right) throw new FacetError('forbidden', 'Nobody has said who may use this route.')
    const server = route && serverOf(route.path, c.req.path)
    const seen = route && { method: c.req.method, path: route.path, right, server }
    if (right !== 'open') {
      const isMcp = route?.path.endsWith('/mcp') && route.method === 'ALL'
      const asking = askingOf(c, context, isMcp ? server : undefined)
      try {
        const entered = gate.enter(asking, { right, server })
        c.set('caller', entered instanceof Promise ? await entered : entered)
      } catch (error) {
        if (!(error instanceof FacetError)) throw error
        recordRefusal(events, c, seen, error)
        return refused(error, asking, resources)
      }
    }
    await next()
    if (seen && isChange(seen)) recordChange(events, c, seen, performance.now() - start)
    return undefined
  })
}

/** The dynamic server a request is about, in the words of the route's own parameter. */
function serverOf(pattern: string, path: string): string | undefined {
  if (pattern === '/mcp') return 'all'
  if (!pattern.startsWith('/dynamic/:id')) return undefined
  const id = path.split('/')[2]!
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

function askingOf(
  c: Context<Env>,
  { gate, publicUrl }: HttpContext,
  mcpServer: string | undefined,
): Asking {
  const inAddress = mcpServer !== undefined && gate.takesQueryKey(mcpServer)
  const session = sessionIn(c.req.header('cookie'))
  return {
    header: (name) => c.req.header(name),
    queryKey: inAddress ? c.req.query(QUERY_KEY) : undefined,
    session: session !== undefined && isFromOwnPage(c, publicUrl) ? session : undefined,
    remoteAddress: c.env?.incoming?.socket.remoteAddress,
    mcpPath: mcpServer === undefined ? undefined : c.req.path,
  }
}

/** Says who was not let in how to come back: where to get a token, and with which scopes. */
function refused(error: FacetError, asking: Asking, resources: HttpContext['resources']): Response {
  const response = problemResponse(error)
  if (error.code === 'unauthorized' || error.code === 'insufficient_scope') {
    const wasShown = shownBy(asking) !== undefined
    const challenge = resources.challenge(error, asking.mcpPath, wasShown)
    response.headers.set('www-authenticate', challenge)
  }
  return response
}
