import type { Server, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { isJsonObject } from '../../catalog/json.ts'
import type { ClientPort } from '../../sources/client-port.ts'
import { isAtLeast, isLogLevel, type LogLevel } from '../../sources/log-level.ts'
import type { JsonObject } from '../../store/ports.ts'

/** What a client answers goes through as it is. */
const ANY_RESULT = z.looseObject({})

/** People are asked, and take their time. */
const ANSWER_MS = 10 * 60 * 1000

/** A client from before 2026-07-28 that sets no level hears what upstreams say unasked, but no debugging. */
const DEFAULT_LEVEL: LogLevel = 'info'

/** What is known of a client beyond the request: its session, or who calls. */
export interface ClientIdentity {
  readonly era: 'modern' | 'legacy'
  readonly key: string
  /** Set for a session: it can be asked, it has a log level, and it ends. */
  readonly session?: {
    readonly key: string
    readonly logLevel: LogLevel | undefined
    readonly gone: AbortSignal
  }
}

/** The client behind one request. */
export function clientPort(
  server: Server,
  { mcpReq }: ServerContext,
  { era, key, session }: ClientIdentity,
): ClientPort {
  const envelope = (mcpReq.envelope ?? {}) as JsonObject
  const declared =
    era === 'modern'
      ? envelope['io.modelcontextprotocol/clientCapabilities']
      : session && server.getClientCapabilities()
  const wanted = era === 'modern' ? envelope['io.modelcontextprotocol/logLevel'] : session?.logLevel
  const logLevel = isLogLevel(wanted) ? wanted : undefined
  const threshold = logLevel ?? (session ? DEFAULT_LEVEL : undefined)
  return {
    key,
    era,
    capabilities: isJsonObject(declared) ? declared : {},
    logLevel,
    ...(session
      ? {
          gone: session.gone,
          ask: async (method: string, params: JsonObject, signal: AbortSignal) => {
            const options = {
              timeout: ANSWER_MS,
              signal: AbortSignal.any([signal, mcpReq.signal]),
            }
            return (await mcpReq.send({ method, params }, ANY_RESULT, options)) as JsonObject
          },
          tell: (method: string, params: JsonObject) => {
            // Without a stream nobody listens just now.
            server.notification({ method, params }).catch(() => undefined)
          },
        }
      : {}),
    log: (params) => {
      if (!threshold || !isLogLevel(params.level) || !isAtLeast(params.level, threshold)) return
      // A client that went away needs no messages; its call is being cancelled already.
      mcpReq.notify({ method: 'notifications/message', params }).catch(() => undefined)
    },
  }
}
