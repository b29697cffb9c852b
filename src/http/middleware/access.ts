import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Asking } from '../../access/credential.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { AccessTable } from '../access-table.ts'
import type { Env, HttpContext } from '../context.ts'

/** Where an API key stands in an address, on servers that allow it. */
export const QUERY_KEY = 'api_key'

/** Checks Host and Origin on every route, then who asks and whether the route is open to them. */
export function createAccess({ guard, gate }: HttpContext, table: () => AccessTable) {
  return createMiddleware<Env>(async (c, next) => {
    guard(c.req.header('host'), c.req.header('origin'))
    const route = matchedRoutes(c).find(({ path }) => !path.endsWith('*'))
    // What is not there is told to nobody but those who may be here at all.
    const right = route ? table().get(`${route.method} ${route.path}`) : 'self'
    if (!right) throw new FacetError('forbidden', 'Nobody has said who may use this route.')
    if (right !== 'open') {
      const server = route && serverOf(route.path, c.req.path)
      const isMcp = route?.path.endsWith('/mcp') === true
      const entered = gate.enter(askingOf(c, gate, isMcp ? server : undefined), { right, server })
      c.set('caller', entered instanceof Promise ? await entered : entered)
    }
    await next()
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
  gate: HttpContext['gate'],
  mcpServer: string | undefined,
): Asking {
  const inAddress = mcpServer !== undefined && gate.takesQueryKey(mcpServer)
  return {
    header: (name) => c.req.header(name),
    queryKey: inAddress ? c.req.query(QUERY_KEY) : undefined,
    remoteAddress: c.env?.incoming?.socket.remoteAddress,
    mcpServer,
  }
}
