import type { ServerContext } from '@modelcontextprotocol/server'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { JsonObject } from '../store/ports.ts'
import { toProtocolError } from './protocol-error.ts'

export type Handler = (params: JsonObject, context: ServerContext) => Promise<JsonObject>

export interface MeasureContext {
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Counts and times a handler, and makes what it throws an error a client can understand. */
export function measure(
  { metrics, logger }: MeasureContext,
  era: 'modern' | 'legacy',
  method: string,
  handler: Handler,
): Handler {
  return async (params, ctx) => {
    const stopTimer = metrics.mcpRequestDuration.startTimer({ method })
    let outcome = 'ok'
    try {
      return await handler(params, ctx)
    } catch (error) {
      outcome = ctx.mcpReq.signal.aborted ? 'cancelled' : 'error'
      const protocolError = toProtocolError(error)
      if (protocolError.message === 'Internal error') logger.error({ err: error, method }, 'mcp')
      throw protocolError
    } finally {
      metrics.mcpRequests.inc({ method, era, outcome })
      stopTimer()
    }
  }
}
