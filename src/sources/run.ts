import type { Entry } from '../catalog/entry.ts'
import type { HttpHandler } from '../catalog/handler.ts'
import { matchUriTemplate } from '../catalog/uri-template.ts'
import type { JsonObject } from '../store/ports.ts'
import { callHttp, type HttpCallContext } from './manual/http-call.ts'
import { renderPrompt } from './manual/prompt.ts'
import { readManual } from './manual/resource.ts'
import type { Connection } from './upstream/connection.ts'
import type { UpstreamLimits } from './upstream/limits.ts'

export interface Progress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** What goes along with a call, in both directions. */
export interface RunContext {
  /** Aborted when the caller gives up; the upstream is told. */
  readonly signal: AbortSignal
  /** Set when the caller wants to hear of progress. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The caller's `_meta` without the progress token: trace context and the like. */
  readonly meta?: JsonObject | undefined
}

/** Runs entries where they come from. Results are passed on as the source gave them. */
export interface Runner {
  callTool(entry: Entry, args: JsonObject, context: RunContext): Promise<JsonObject>
  getPrompt(
    entry: Entry,
    args: Readonly<Record<string, string>>,
    context: RunContext,
  ): Promise<JsonObject>
  /** `entry` is the resource of that URI, or a template the URI matches. */
  readResource(entry: Entry, uri: string, context: RunContext): Promise<JsonObject>
}

export interface RunnerOptions extends HttpCallContext {
  readonly limits: UpstreamLimits
  /** @throws {FacetError} `source_unavailable` */
  readonly connection: (source: string) => { connection: Connection; timeoutMs: number }
}

export function createRunner(options: RunnerOptions): Runner {
  async function forward(
    entry: Entry,
    method: string,
    params: JsonObject,
    { signal, onProgress, meta }: RunContext,
  ): Promise<JsonObject> {
    const { connection, timeoutMs } = options.connection(entry.record.source)
    return connection.request(
      method,
      meta && Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params,
      {
        signal,
        timeout: timeoutMs,
        resetTimeoutOnProgress: true,
        maxTotalTimeout: options.limits.callTotalMs,
        ...(onProgress ? { onprogress: onProgress } : {}),
      },
    )
  }

  return {
    async callTool(entry, args, context) {
      const { record, source } = entry
      if (source.federated) {
        return forward(entry, 'tools/call', { name: record.key, arguments: args }, context)
      }
      return callHttp(options, record.handler as unknown as HttpHandler, args, context.signal)
    },
    async getPrompt(entry, args, context) {
      const { record, source } = entry
      if (!source.federated) return renderPrompt(record, args)
      return forward(entry, 'prompts/get', { name: record.key, arguments: { ...args } }, context)
    },
    async readResource(entry, uri, context) {
      const { record, source } = entry
      if (source.federated) return forward(entry, 'resources/read', { uri }, context)
      const variables =
        record.type === 'resource_template' ? matchUriTemplate(record.key, uri) : undefined
      return readManual(record, uri, variables ?? {})
    },
  }
}
