import type { Selector } from '../selection/selector.ts'
import type { DynamicServer } from './servers.ts'

/** Something that keeps a server from working as it is written. */
export interface Degradation {
  readonly code: string
  readonly message: string
  /** Index of the rule it is about. */
  readonly rule?: number
}

/** What is wrong with a server now; nothing when all of it works. */
export function degradationsOf(server: DynamicServer, selector: Selector): Degradation[] {
  const { definition, problem } = server
  if (problem !== undefined) return [{ code: 'server_unusable', message: problem }]
  return definition.rules.flatMap((rule, index) =>
    rule.mode === 'llm' && selector.unavailable
      ? [{ code: 'selector_not_configured', message: selector.unavailable, rule: index }]
      : [],
  )
}

/** The REST body of a dynamic server: its definition, and whether it works. */
export function presentServer(server: DynamicServer, selector: Selector) {
  const { id, definition, origin, version, createdAt, updatedAt } = server
  const degraded = degradationsOf(server, selector)
  return {
    id,
    ...definition,
    origin,
    health: degraded.length > 0 ? ('degraded' as const) : ('ok' as const),
    degraded,
    mcp_path: `/dynamic/${id}/mcp`,
    version,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
