import type { ServerDefinition } from '../definition.ts'
import { GATE_NAMES } from '../guards/gate-tools.ts'
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
  const reserved = new Set([...reservedNames(definition), ...GATE_NAMES])
  const warnings = shadowed.flatMap(({ type, name, source, by }): PreviewWarning[] => {
    if (type !== 'tool' || by !== name || !reserved.has(name)) return []
    const message = `The tool ${name} of ${source} cannot be reached: the server has a tool of that name itself.`
    return [{ code: 'meta_tool_name', message }]
  })
  if (exposure === 'direct') {
    if (pinned.length === 0 && search_aliases.length === 0) return warnings
    const message = 'pinned and search_aliases do nothing without "exposure": "search".'
    return [...warnings, { code: 'exposure_direct', message }]
  }
  const missing = pinned.filter((name) => !tools.find(name))
  if (missing.length > 0) {
    const message = `The server has no tool of these pinned names: ${missing.slice(0, 5).join(', ')}.`
    warnings.push({ code: 'pinned_unknown', message })
  }
  return warnings
}
