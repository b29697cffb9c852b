import type { Catalog } from '../catalog/catalog.ts'
import type { Selections } from '../selection/selector.ts'
import type { ServerDefinition } from './definition.ts'
import type { ChosenSet } from './membership/chosen-set.ts'
import type { ChosenSets } from './membership/chosen-sets.ts'
import { isMeaning, meaningOf, selectionKeys } from './membership/meaning-rule.ts'
import { overrideFaults } from './overrides/check.ts'
import type { DynamicServer } from './servers.ts'

/** Something that keeps a server from working as it is written. */
export interface Degradation {
  readonly code: string
  readonly message: string
  /** Index of the rule it is about. */
  readonly rule?: number
  /** Index of the override it is about. */
  readonly override?: number
}

/** Where it is known how a server is doing. */
export interface ServerHealth {
  readonly catalog: Catalog
  readonly selections: Pick<Selections, 'problemWith'>
  readonly chosen: ChosenSets
}

/** What is wrong with a server now; nothing when all of it works. */
export function degradationsOf(server: DynamicServer, health: ServerHealth): Degradation[] {
  const { id, rules, definition, problem } = server
  if (problem !== undefined) return [{ code: 'server_unusable', message: problem }]
  const keys = selectionKeys(id, rules)
  const unanswered = rules.flatMap(({ rule, index }) => {
    if (!isMeaning(rule)) return []
    const missing = health.selections.problemWith(meaningOf(rule))
    if (missing) return [{ code: 'selector_not_configured', message: missing, rule: index }]
    const set = health.chosen.find(keys.get(index)!)
    return set ? troubleWith(set).map((trouble) => ({ ...trouble, rule: index })) : []
  })
  return [...unanswered, ...unfitOverrides(health.catalog, definition)]
}

function unfitOverrides(catalog: Catalog, definition: ServerDefinition): Degradation[] {
  return overrideFaults(catalog, definition).map(({ override, message, entry }) => {
    const { source } = entry.record
    const text = `${entry.document.name} of ${source} is left out: ${message}.`
    return { code: 'override_unfit', message: text, override }
  })
}

/** Reports are made only where there may be something to say: they look at every candidate. */
function troubleWith({ live, isAnswered }: ChosenSet): Omit<Degradation, 'rule'>[] {
  if (live.state === 'fresh' || live.state === 'cold') return []
  const { state, error, held, coverage } = live.report()
  if (held) {
    const [drops, adds] = [held.drops.length, held.adds.length]
    const message = `A new answer waits to be confirmed: it would take away ${drops} entries and add ${adds}.`
    return [{ code: 'selection_held', message }]
  }
  if (error) {
    if (error.kind === 'over_budget')
      return [{ code: 'selection_over_budget', message: error.message }]
    const code = isAnswered ? 'selection_stale' : 'selection_failed'
    return [{ code, message: error.message }]
  }
  if (state !== 'over_budget') return []
  const message = `${coverage.judged} of ${coverage.of} candidates were judged; the rest is beyond the budget of a run.`
  return [{ code: 'selection_over_budget', message }]
}

/** The REST body of a dynamic server: its definition, and whether it works. */
export function presentServer(server: DynamicServer, health: ServerHealth) {
  const { id, definition, origin, version, createdAt, updatedAt } = server
  const degraded = degradationsOf(server, health)
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
