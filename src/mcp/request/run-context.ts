import type { Server, ServerContext } from '@modelcontextprotocol/server'
import { AGENT_KEY } from '../../access/delegation.ts'
import type { RunContext } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'
import { type ClientIdentity, clientPort } from './client-port.ts'

const TRACE = ['traceparent', 'tracestate', 'baggage'] as const

/** What goes along with a request to wherever it is run. */
export function runContext(
  server: Server,
  context: ServerContext,
  identity: ClientIdentity,
): RunContext {
  const { mcpReq } = context
  const { progressToken, ...meta } = (mcpReq._meta ?? {}) as JsonObject & { progressToken?: string }
  const requestState: unknown = mcpReq.requestState()
  return {
    signal: mcpReq.signal,
    meta: traced(meta, (name) => context.http?.req?.headers.get(name) ?? undefined),
    client: clientPort(server, context, identity),
    request: String(mcpReq.id),
    session: identity.session?.key,
    inputResponses: mcpReq.inputResponses as JsonObject | undefined,
    requestState: typeof requestState === 'string' ? requestState : undefined,
    onProgress:
      progressToken === undefined
        ? undefined
        : (progress) => {
            const params = { ...progress, progressToken }
            // A client that went away needs no progress; its call is being cancelled already.
            mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
          },
  }
}

/**
 * What of the metadata goes along. Trace context may come in it or, from HTTP clients, in headers;
 * as whom the client acts is said to nobody.
 */
export function traced(
  given: JsonObject,
  headerOf: (name: string) => string | undefined,
): JsonObject {
  const { [AGENT_KEY]: _agent, ...meta } = given
  if ('traceparent' in meta) return meta
  const found = TRACE.flatMap((name) => {
    const value = headerOf(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return found.length > 0 ? { ...meta, ...Object.fromEntries(found) } : meta
}
