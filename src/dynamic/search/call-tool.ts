import type { Caller } from '../../access/caller.ts'
import { claimIn } from '../../access/delegation.ts'
import { traceOf } from '../../access/events/event.ts'
import { actRecorded } from '../../access/events/refused-agent.ts'
import { compileSchema } from '../../catalog/json-schema.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { RunContext } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'
import { findNamed } from '../find.ts'
import { gateLock, gateStatus, gateUnlock } from '../guards/gate-calls.ts'
import { GATE_NAMES } from '../guards/gate-tools.ts'
import { callTool, failure } from '../invoke.ts'
import { executeTool, getServerTools, listServers } from './gateway.ts'
import type { MetaCall, SearchContext } from './meta-context.ts'
import { callMember, describeTool, searchTools } from './native.ts'
import { proxyRun, proxyTools } from './proxy.ts'
import { shownTools } from './shown-tools.ts'

const META_TOOLS: Readonly<Record<string, (call: MetaCall) => Promise<JsonObject>>> = {
  search_tools: searchTools,
  describe_tool: describeTool,
  call_tool: callMember,
  list_servers: listServers,
  get_server_tools: getServerTools,
  execute_tool: executeTool,
  proxy__tools: proxyTools,
  proxy__run: proxyRun,
  gate_unlock: gateUnlock,
  gate_lock: gateLock,
  gate_status: gateStatus,
}

/** Meta-tools that show nothing of the members: calls are recorded as such, and so is unlocking. */
const SHOWS_NOTHING: ReadonlySet<string> = new Set([
  'call_tool',
  'execute_tool',
  'proxy__run',
  ...GATE_NAMES,
])

/**
 * Calls a tool by the name `tools/list` shows, a member that is not listed, or a tool of the
 * server's own. All of them see what the caller's view has and nothing else.
 *
 * @throws {FacetError} as `callTool`.
 */
export async function callShownTool(
  context: SearchContext,
  server: string,
  caller: Caller,
  name: string,
  args: JsonObject,
  run: RunContext,
): Promise<JsonObject> {
  const view = await context.resolver.resolve(server, caller)
  const meta = shownTools(view).metaTools.find((tool) => tool.name === name)
  if (!meta) {
    if (findNamed(view, 'tool', name)) context.foundThenCalled.called(server, caller.id, name)
    return callTool(context, server, caller, name, args, run)
  }
  let acting: Caller
  const { claim, args: rest } = claimIn(args)
  try {
    acting = actRecorded(context, caller, claim, () => ({
      action: 'call',
      server,
      type: 'tool',
      name,
      session: run.session ?? null,
      request: run.request ?? null,
      trace: traceOf(run.meta?.traceparent),
    }))
  } catch (error) {
    if (!(error instanceof FacetError)) throw error
    return failure(error.code, error.message)
  }
  const problems = compileSchema(meta.inputSchema as JsonObject)(rest)
  if (problems.length > 0) {
    const text = `Invalid arguments for tool '${name}': ${problems.join('; ')}`
    return failure('invalid_request', text)
  }
  if (!SHOWS_NOTHING.has(name)) context.events.listed(acting, server, 'tool')
  const seen = acting === caller ? view : await context.resolver.resolve(server, acting)
  return META_TOOLS[name]!({ context, server, caller: acting, view: seen, args: rest, run })
}
