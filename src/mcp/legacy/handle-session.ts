import type { Server, ServerContext } from '@modelcontextprotocol/server'
import type { Caller } from '../../access/caller.ts'
import type { InvokeContext } from '../../dynamic/invoke.ts'
import { watchResource } from '../../dynamic/watch-resource.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { isLogLevel } from '../../sources/log-level.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { Handler } from '../measure.ts'
import type { SessionState } from './session-state.ts'

/**
 * The requests that only make sense in a session: it remembers what they ask for.
 *
 * @param actingOf who asks, as the agent that the request names
 */
export function handleSession(
  context: InvokeContext,
  server: Server,
  id: string,
  session: SessionState,
  actingOf: (context: ServerContext, params: JsonObject) => Caller,
  handle: (method: string, handler: Handler) => void,
): void {
  const { logging, resources } = server.getCapabilities()
  if (logging) {
    handle('logging/setLevel', async ({ level }) => {
      if (!isLogLevel(level)) {
        throw new FacetError('invalid_request', `Unknown log level: ${String(level)}`)
      }
      session.logLevel = level
      return {}
    })
  }
  if (!resources?.subscribe) return
  handle('resources/subscribe', async (params, ctx) => {
    const uri = String(params.uri)
    const { agent } = actingOf(ctx, params)
    if (session.watches(uri)) return {}
    if (session.watchesAll) {
      throw new FacetError('invalid_request', 'The session watches as much as it can.')
    }
    const updated = () => {
      server
        .notification({ method: 'notifications/resources/updated', params: { uri } })
        // Without a stream nobody listens just now.
        .catch(() => undefined)
    }
    // Looked up anew each time: what the caller may do, and as whom, may be less by then.
    const caller = () => context.delegation.actAs(session.caller, agent)
    session.watch(uri, await watchResource(context, id, caller, uri, updated, session.key))
    return {}
  })
  handle('resources/unsubscribe', async ({ uri }) => {
    session.unwatch(String(uri))
    return {}
  })
}
