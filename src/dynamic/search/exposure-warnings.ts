import type { ServerDefinition } from '../definition.ts'
import type { List } from '../list.ts'
import type { Shadowed } from '../stages/shadow.ts'
import type { PreviewWarning } from '../warnings.ts'
import { reservedNames } from './meta-tools.ts'

/** What the author of a server that is searched should know. */
export function exposureWarnings(
  definition: ServerDefinition,
  tools: List,
  shadowed: readonly Shadowed[],
): PreviewWarning[] {
  const { exposure, pinned, search_aliases } = definition
  const warnings: PreviewWarning[] = []
  if (exposure === 'direct') {
    if (pinned.length === 0 && search_aliases.length === 0) return []
    const message = 'pinned and search_aliases do nothing without "exposure": "search".'
    return [{ code: 'exposure_direct', message }]
  }
  const reserved = reservedNames(definition)
  for (const { type, name, source, by } of shadowed) {
    if (type !== 'tool' || by !== name || !reserved.has(name)) continue
    const message = `The tool ${name} of ${source} cannot be reached: the server has a tool of that name itself.`
    warnings.push({ code: 'meta_tool_name', message })
  }
  const missing = pinned.filter((name) => !tools.find(name))
  if (missing.length > 0) {
    const message = `The server has no tool of these pinned names: ${missing.slice(0, 5).join(', ')}.`
    warnings.push({ code: 'pinned_unknown', message })
  }
  return warnings
}
