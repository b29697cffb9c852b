import { ProtocolError } from '@modelcontextprotocol/server'
import { isJsonObject } from '../../catalog/json.ts'
import { findNamed } from '../../dynamic/find.ts'
import { callShownTool } from '../../dynamic/search/call-tool.ts'
import type { View } from '../../dynamic/view.ts'
import type { ClientPort } from '../../sources/client-port.ts'
import { paramHeadersOf } from '../../sources/param-headers.ts'
import type { RunContext } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'
import { VERSION } from '../../version.ts'
import type { OpenSession } from '../legacy/sessions.ts'
import { traced } from '../request/run-context.ts'
import type { Asked, FastContext, Serve } from './asked.ts'
import type { FastRequest } from './classify.ts'
import { isPlainResult } from './plain-result.ts'
import type { Outcome } from './prepared.ts'
import { sendJson } from './send.ts'

const METHOD = 'tools/call'
const METHOD_NOT_FOUND = -32601

/**
 * Answers a call that can only have one answer, and no conversation before it. It runs as every
 * call does; what comes out and is not a plain result is handed to the SDK to be answered.
 */
export const serveCall: Serve = async (context, asked) => {
  const { request, id, caller, session, outgoing } = asked
  const { name, arguments: args = {}, ...others } = request.params
  if (typeof name !== 'string' || !isJsonObject(args) || Object.keys(others).length > 0) {
    return false
  }
  const view = await context.resolver.resolve(id, caller)
  if (!isPlainCall(context, asked, view, name)) return false
  const stopTimer = context.metrics.mcpRequestDuration.startTimer({ method: METHOD })
  const cancelled = new AbortController()
  const cancel = () => cancelled.abort()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) cancel()
  })
  session?.state.begin(request.id, cancel)
  const run = runContext(asked, cancelled.signal)
  const outcome = await settled(callShownTool(context, id, caller, name, args, run))
  session?.state.done(request.id, cancel)
  const count = (how: string) => {
    context.metrics.mcpRequests.inc({ method: METHOD, era: request.era, outcome: how })
    stopTimer()
  }
  try {
    if (cancelled.signal.aborted) {
      count('cancelled')
      // Nobody waits for an answer; over a connection that is still open there is none.
      if (!outgoing.destroyed) outgoing.writeHead(200, ['content-type', 'text/event-stream']).end()
    } else if ('result' in outcome && isPlainResult(outcome.result, request.era)) {
      sendJson(outgoing, request, answer(request, view, outcome.result))
      count('ok')
    } else {
      asked.handOver(outcome)
    }
  } catch (error) {
    // It ran: whatever happens, it is not run a second time.
    context.logger.error({ err: error, method: METHOD }, 'mcp')
    outgoing.destroy()
  }
  return true
}

async function settled(call: Promise<JsonObject>): Promise<Outcome> {
  try {
    return { result: await call }
  } catch (error) {
    return { error }
  }
}

function isPlainCall(
  context: FastContext,
  { session, headers }: Asked,
  view: View,
  name: string,
): boolean {
  const { rules } = view.definition
  if (!rules.some(({ type, effect }) => type === 'tool' && effect === 'include')) return false
  if (session) return !isTalkative(context, view, session)
  // A name that a header cannot carry comes encoded.
  if (headers['mcp-name'] !== name || name.startsWith('=?')) return false
  const schema = findNamed(view, 'tool', name)?.entry.document.inputSchema
  if (schema === undefined) return true
  const repeated = paramHeadersOf(schema)
  return Array.isArray(repeated) && repeated.length === 0
}

const ASKABLE = ['elicitation', 'sampling', 'roots']

/** Whether anything could be said to the session, or asked of it, before the answer. */
function isTalkative({ runner }: FastContext, view: View, { capabilities }: OpenSession): boolean {
  if (ASKABLE.some((name) => capabilities[name] !== undefined)) return true
  for (const source of view.lists.get('tool')!.sources) {
    if (runner.features(source)?.logging) return true
  }
  return false
}

function runContext(asked: Asked, signal: AbortSignal): RunContext {
  const { request, headers } = asked
  return {
    signal,
    meta: traced(request.meta, (name) => {
      const value = headers[name]
      return typeof value === 'string' ? value : undefined
    }),
    client: clientPort(asked),
    request: request.id.startsWith('"') ? String(JSON.parse(request.id)) : request.id,
    session: asked.session?.state.key,
  }
}

/** The client as upstreams may need it; it asked for nothing that could be said in between. */
function clientPort({ request, id, caller, session }: Asked): ClientPort {
  const { era, meta } = request
  const quiet = { era, logLevel: undefined, log: () => undefined }
  if (!session) {
    const capabilities = meta['io.modelcontextprotocol/clientCapabilities'] as JsonObject
    return { ...quiet, key: `caller ${caller.id} of ${id}`, capabilities }
  }
  const { state, capabilities } = session
  return {
    ...quiet,
    key: `session ${state.key}`,
    capabilities,
    logLevel: state.logLevel,
    gone: state.gone,
    ask: async () => {
      throw new ProtocolError(METHOD_NOT_FOUND, 'Method not found')
    },
  }
}

function answer({ id, era }: FastRequest, { definition }: View, result: JsonObject): string {
  if (era === 'legacy') return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`
  const serverInfo = { name: definition.name, version: VERSION }
  const _meta = {
    ...(result._meta as JsonObject),
    'io.modelcontextprotocol/serverInfo': serverInfo,
  }
  const whole = { ...result, resultType: 'complete', _meta }
  return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(whole)}}`
}
