import type { Json, JsonObject } from '../../store/ports.ts'
import { failure } from '../invoke.ts'
import { type Listed, toMcp } from '../list.ts'
import { isLike } from './glob.ts'
import { answer, isListed, type MetaCall } from './meta-context.ts'
import { pass } from './native.ts'

/** Sources of the tools in a view, in the order of the catalog. */
export async function listServers({ context, caller, view, args }: MetaCall): Promise<JsonObject> {
  // Addresses and commands of upstreams are for those who manage them.
  const isWanted = args.include_metadata === true && !caller.actsAs
  const withMetadata = isWanted && ['admin', 'local'].includes(caller.kind)
  const servers = [...view.listed.get('tool')!.sources].map((name) => {
    const card = context.describeSource(name)
    const server = { name, description: card?.description ?? '' }
    if (!withMetadata || !card) return server
    const { type, url, command } = card.transport
    return {
      ...server,
      transport: type,
      ...(url === undefined ? {} : { url }),
      ...(command === undefined ? {} : { command }),
    }
  })
  return answer({ servers })
}

/** What matters of a listed tool here. */
type Described = Record<'name' | 'description' | 'inputSchema', Json>

/** The tools of one source; filters narrow it together, and the budget ends it. */
export async function getServerTools({ view, args }: MetaCall): Promise<JsonObject> {
  const {
    server,
    names,
    pattern,
    max_schema_tokens: most,
  } = args as {
    server: string
    names?: string
    pattern?: string
    max_schema_tokens?: number
  }
  const all = toolsOf(view.listed.get('tool')!, server)
  if (all.length === 0) return unknownServer(server)
  const wanted = new Set((names ?? '').split(',').flatMap((name) => name.trim() || []))
  const chosen = all.filter(
    ({ name }) =>
      (wanted.size === 0 || wanted.has(name)) && (pattern === undefined || isLike(name, pattern)),
  )
  const tools: JsonObject[] = []
  let used = 0
  for (const listed of chosen) {
    const { name, description = '', inputSchema = { type: 'object' } } = toMcp(listed) as Described
    const characters = `${name}${description}${JSON.stringify(inputSchema)}`.length
    const tokens = Math.max(1, Math.floor(characters / 4))
    if (most !== undefined && used + tokens > most) break
    used += tokens
    tools.push({ name, description, inputSchema })
  }
  return answer({
    tools,
    server,
    total_available: all.length,
    returned: tools.length,
    tokens_used: most === undefined ? null : used,
    ...(tools.length < chosen.length ? { truncated: true } : {}),
  })
}

/** A source that exists but shows nothing here is as unknown as one that does not. */
function unknownServer(server: string): JsonObject {
  const error = `Unknown server: ${server}`
  return {
    ...answer({
      tools: [],
      server,
      total_available: 0,
      returned: 0,
      tokens_used: null,
      error,
    }),
    isError: true,
  }
}

export async function executeTool(call: MetaCall): Promise<JsonObject> {
  const {
    server,
    tool,
    args = {},
    timeout_ms,
  } = call.args as {
    server: string
    tool: string
    args?: JsonObject
    timeout_ms?: number
  }
  const list = call.view.lists.get('tool')!
  const unknown = () => `Unknown tool: ${tool} of ${server}`
  const found = list.find(tool)
  const isMeta = !found && isListed(call.view, tool)
  if (!isMeta && found?.entry.record.source !== server) return failure('not_found', unknown())
  const listed = `${tool} is listed: call it by its own name, not by execute_tool.`
  const wording = { listed, unknown }
  if (timeout_ms === undefined) return pass(call, tool, args, wording)
  const timeout = AbortSignal.timeout(timeout_ms)
  const signal = AbortSignal.any([call.run.signal, timeout])
  try {
    return await pass(call, tool, args, wording, { ...call.run, signal })
  } catch (error) {
    if (!timeout.aborted || call.run.signal.aborted) throw error
    return failure('upstream_timeout', `${tool} did not answer within ${timeout_ms} ms.`)
  }
}

function toolsOf(list: Iterable<Listed>, source: string): Listed[] {
  return [...list].filter(({ entry }) => entry.record.source === source)
}
