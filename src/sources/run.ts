import { ProtocolError } from '@modelcontextprotocol/client'
import type { Entry } from '../catalog/entry.ts'
import type { HttpHandler } from '../catalog/handler.ts'
import { isJsonObject } from '../catalog/json.ts'
import { matchUriTemplate } from '../catalog/uri-template.ts'
import type { JsonObject } from '../store/ports.ts'
import type { ClientPort } from './client-port.ts'
import { callHttp, type HttpCallContext } from './manual/http-call.ts'
import { renderPrompt } from './manual/prompt.ts'
import { readManual } from './manual/resource.ts'
import { headersFor, paramHeadersOf } from './param-headers.ts'
import { ownResult, upstreamMeta } from './relay.ts'
import type { RequestStates, StateScope } from './request-state.ts'
import type { Connection, Progress } from './upstream/connection.ts'
import type { UpstreamFeatures } from './upstream/features.ts'

/** What goes along with a call, in both directions. */
export interface RunContext {
  /** Aborted when the caller gives up; the upstream is told. */
  readonly signal: AbortSignal
  /** Set when the caller wants to hear of progress. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The caller's `_meta` without the progress token: trace context and the like. */
  readonly meta?: JsonObject | undefined
  /** The client that called, for what the upstream asks or tells it meanwhile. */
  readonly client?: ClientPort | undefined
  /** Answers to what an earlier round of this request asked for. */
  readonly inputResponses?: JsonObject | undefined
  /** The state an earlier round gave, as we sealed it. */
  readonly requestState?: string | undefined
  /** The id of the request, and the session it came in: they tell calls apart in events. */
  readonly request?: string | undefined
  readonly session?: string | undefined
  /** What states are sealed for. */
  readonly scope?: StateScope | undefined
}

/** The upstream of a source. */
export interface Upstream {
  readonly timeoutMs: number
  /** @throws {FacetError} `source_unavailable` */
  use<T>(client: ClientPort | undefined, run: (connection: Connection) => Promise<T>): Promise<T>
  watch(uri: string, listener: () => void): Promise<() => void>
}

/** What completion is asked for: an argument, its value so far, and arguments already known. */
export interface CompletionRequest {
  readonly argument: { readonly name: string; readonly value: string }
  readonly context?: JsonObject | undefined
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
  /** Values an argument of a prompt or template may have; none when its source cannot tell. */
  complete(entry: Entry, request: CompletionRequest, context: RunContext): Promise<JsonObject>
  /** Calls back when the upstream says that a resource changed, until the answer is called. */
  watchResource(entry: Entry, uri: string, listener: () => void): Promise<() => void>
  /** What the upstream of a source can do, as far as it is known. */
  features(source: string): UpstreamFeatures | undefined
}

export interface RunnerOptions extends HttpCallContext {
  readonly states: RequestStates
  readonly features: (source: string) => UpstreamFeatures | undefined
  /** @throws {FacetError} `source_unavailable` */
  readonly upstream: (source: string) => Upstream
}

const INVALID_PARAMS = -32602
const NO_COMPLETION: JsonObject = { completion: { values: [], total: 0, hasMore: false } }

export function createRunner(options: RunnerOptions): Runner {
  async function forward(
    entry: Entry,
    method: string,
    params: JsonObject,
    context: RunContext,
  ): Promise<JsonObject> {
    const { id, source } = entry.record
    const { server = '', caller = '' } = context.scope ?? {}
    const bound = { server, caller, source, entry: id, params }
    const rounds: JsonObject = {}
    if (context.inputResponses) rounds.inputResponses = context.inputResponses
    if (context.requestState !== undefined) {
      const state = options.states.open(context.requestState, bound)
      if (state === undefined) {
        const reason = 'invalid_request_state'
        throw new ProtocolError(INVALID_PARAMS, 'Invalid or expired requestState', { reason })
      }
      rounds.requestState = state
    }
    const { signal, onProgress: onprogress, meta, client } = context
    const { use, timeoutMs: timeout } = options.upstream(source)
    const result = await use(client, (connection) => {
      const _meta = upstreamMeta(meta, client, connection.era)
      const sent = {
        ...params,
        // Upstreams from before 2026-07-28 know nothing of rounds.
        ...(connection.era === 'modern' ? rounds : {}),
        ...(Object.keys(_meta).length > 0 ? { _meta } : {}),
      }
      const headers = { ...traceHeaders(_meta), ...paramHeaders(entry, params) }
      return connection.request(method, sent, { signal, timeout, onprogress, headers, client })
    })
    const { requestState } = result
    if (result.resultType !== 'input_required' || typeof requestState !== 'string') {
      return ownResult(result)
    }
    return { ...ownResult(result), requestState: options.states.seal(requestState, bound) }
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
    async complete(entry, { argument, context: known }, context) {
      const { record, source } = entry
      if (!source.federated || !options.features(record.source)?.completions) return NO_COMPLETION
      const ref: JsonObject =
        record.type === 'prompt'
          ? { type: 'ref/prompt', name: record.key }
          : { type: 'ref/resource', uri: record.key }
      const asked: JsonObject = { ref, argument: { ...argument } }
      return forward(
        entry,
        'completion/complete',
        known ? { ...asked, context: known } : asked,
        context,
      )
    },
    watchResource: (entry, uri, listener) =>
      options.upstream(entry.record.source).watch(uri, listener),
    features: options.features,
  }
}

function traceHeaders({ traceparent, tracestate }: JsonObject): Record<string, string> {
  if (typeof traceparent !== 'string') return {}
  return { traceparent, ...(typeof tracestate === 'string' ? { tracestate } : {}) }
}

function paramHeaders({ record }: Entry, params: JsonObject): Record<string, string> {
  const schema = record.definition.inputSchema
  if (record.type !== 'tool' || !isJsonObject(schema)) return {}
  const declared = paramHeadersOf(schema)
  return 'fault' in declared ? {} : headersFor(declared, params.arguments as JsonObject)
}
