import { compareCodePoints } from '../../rules/evaluate/compare.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { View } from '../view.ts'
import { isListed, type MetaCall } from './meta-context.ts'
import { pass } from './native.ts'

/** Names an error message holds at most. */
const MAX_NAMED = 50

export async function proxyTools({ view, args }: MetaCall): Promise<JsonObject> {
  const names = args.dynamic_only === true ? unlisted(view) : allNames(view)
  const nothing = args.dynamic_only === true ? '(no dynamic tools loaded)' : '(none)'
  return { content: [{ type: 'text', text: names.join('\n') || nothing }] }
}

export function proxyRun(call: MetaCall): Promise<JsonObject> {
  const { tool, arguments: args = {} } = call.args as { tool: string; arguments?: JsonObject }
  return pass(call, tool, args, {
    listed: `Error: '${tool}' is a static tool — call it directly, not via proxy__run.`,
    unknown: () => {
      const names = unlisted(call.view)
      const more = names.length > MAX_NAMED ? ', …' : ''
      const available = names.slice(0, MAX_NAMED).join(', ') || '(none)'
      return `Error: '${tool}' not found. Available dynamic tools: ${available}${more}`
    },
  })
}

function allNames(view: View): string[] {
  return view.listed
    .get('tool')!
    .map(({ name }) => name)
    .sort(compareCodePoints)
}

function unlisted(view: View): string[] {
  return allNames(view).filter((name) => !isListed(view, name))
}
