import { FacetError } from '../../errors/facet-error.ts'
import type { RunContext } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'
import { findNamed } from '../find.ts'
import { callTool, failure } from '../invoke.ts'
import { toMcp } from '../list.ts'
import { findTools } from './find-tools.ts'
import { answer, isListed, type MetaCall } from './meta-context.ts'
import { PAGE } from './meta-tools.ts'

/** Characters of a description in a hit; describe_tool has all of it. */
const MAX_DESCRIPTION = 500

export async function searchTools(call: MetaCall): Promise<JsonObject> {
  const { context, view, args } = call
  const {
    query,
    limit = PAGE.usual,
    source,
    tags = [],
  } = args as {
    query: string
    limit?: number
    source?: string
    tags?: string[]
  }
  const list = view.listed.get('tool')!
  const found = await findTools(context.search, list, { query, limit, source, tags })
  const tools = found.map(({ listed: { entry, name }, score }) => {
    const { title, description, source, tags } = entry.document
    return {
      name,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description: cut(description) }),
      source,
      tags: [...tags],
      score,
      listed: isListed(view, name),
    }
  })
  const names = found.map(({ listed }) => listed.name)
  context.foundThenCalled.searched(call.server, call.caller.id, names)
  return answer({ tools })
}

function cut(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION).toWellFormed()}…`
}

export async function describeTool({ view, args }: MetaCall): Promise<JsonObject> {
  const names = [...new Set(args.names as string[])]
  const found = names.map((name) => ({ name, listed: findNamed(view, 'tool', name) }))
  return answer({
    tools: found.flatMap(({ listed }) => (listed ? [toMcp(listed)] : [])),
    unknown: found.flatMap(({ name, listed }) => (listed ? [] : [name])),
  })
}

export function callMember(call: MetaCall): Promise<JsonObject> {
  const { name, arguments: args = {} } = call.args as { name: string; arguments?: JsonObject }
  return pass(call, name, args, {
    listed: `${name} is listed: call it by its own name, not by call_tool.`,
    unknown: () => `Unknown tool: ${name}. Find one with search_tools.`,
  })
}

/** How the two refusals are worded. */
export interface Wording {
  readonly listed: string
  readonly unknown: () => string
}

/**
 * Calls a member that is not listed; its result goes through as it is. A name the view does not
 * have gets one answer, whatever the reason.
 */
export async function pass(
  { context, server, caller, view, run }: MetaCall,
  name: string,
  args: JsonObject,
  wording: Wording,
  ownRun: RunContext = run,
): Promise<JsonObject> {
  if (isListed(view, name)) return failure('invalid_request', wording.listed)
  if (findNamed(view, 'tool', name)) context.foundThenCalled.called(server, caller.id, name)
  try {
    return await callTool(context, server, caller, name, args, ownRun)
  } catch (error) {
    if (!(error instanceof FacetError) || error.code !== 'not_found') throw error
    return failure('not_found', wording.unknown())
  }
}
