import { isDeepStrictEqual } from 'node:util'
import { errorItems } from '../../../catalog/verbs.ts'
import { FacetError } from '../../../errors/facet-error.ts'
import { compilePolicy } from '../compile.ts'
import type { Policies, Policy } from '../policies.ts'
import { type AgentRules, agentRules } from './agent-rules.ts'
import {
  compileAgents,
  IMPORTED,
  IMPORTED_FOR,
  type ImportedPolicy,
  type ImportNote,
} from './compile-agents.ts'

/** What an import made of the policies there were, or would. */
export interface ImportedPolicies {
  readonly dry_run: boolean
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  readonly policies: readonly object[]
  readonly notes: readonly ImportNote[]
}

export interface ImportPlace {
  readonly policies: Policies
  /** What there is to name: sources by id, and dynamic servers with what they say of access. */
  readonly sources: readonly string[]
  readonly servers: readonly { readonly id: string; readonly access: string }[]
}

/**
 * Replaces what was imported before by the policies that access rules for agents come to: all of
 * them, or none.
 *
 * @throws {FacetError} `invalid_request` with the path of what is wrong, `invalid_filter` for what
 *   comes to more than a filter can hold, `id_taken`.
 */
export function importPolicies(
  { policies, sources, servers }: ImportPlace,
  body: unknown,
  isDry: boolean,
): Promise<ImportedPolicies> {
  const parsed = agentRules.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'The access rules are not valid.', {
      errors: errorItems(parsed.error),
    })
  }
  const rules = parsed.data
  const { policies: next, notes } = compileAgents(rules)
  for (const { definition } of next) compilePolicy(definition)
  return policies.alone(async () => {
    const before = new Map(policies.all().map((policy) => [policy.id, policy]))
    const ids = new Set(next.map(({ id }) => id))
    const taken = next.find(({ id }) => before.has(id) && !isImported(before.get(id)!))
    if (taken) throw new FacetError('id_taken', `The id ${taken.id} is in use.`)
    const isSame = ({ id, definition }: ImportedPolicy) =>
      isDeepStrictEqual(before.get(id)?.definition, definition)
    const [unchanged, put] = [next.filter(isSame), next.filter((policy) => !isSame(policy))]
    const removed = [...before.values()].filter(
      (policy) => isImported(policy) && !ids.has(policy.id),
    )
    if (!isDry) await policies.write(put, idsOf(removed))
    return {
      dry_run: isDry,
      created: idsOf(put.filter(({ id }) => !before.has(id))),
      changed: idsOf(put.filter(({ id }) => before.has(id))),
      unchanged: idsOf(unchanged),
      removed: idsOf(removed),
      policies: next.map(({ id, definition }) => ({ id, ...definition })),
      notes: [...notes, ...unknownSources(rules, sources), ...openServers(rules, servers)],
    }
  })
}

const idsOf = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id)

/** Nobody's own policy is replaced because its id happens to begin alike. */
function isImported({ id, origin, definition: { description = '' } }: Policy): boolean {
  return origin === 'rest' && id.startsWith(IMPORTED) && description.startsWith(IMPORTED_FOR)
}

/** Rules may be there before their source. */
function unknownSources({ agents }: AgentRules, sources: readonly string[]): ImportNote[] {
  const all = Object.entries(agents).flatMap(([agent, sides]) =>
    (['allow', 'deny'] as const).flatMap((side) => {
      const { servers, tools } = sides[side]
      const names = new Set([...servers, ...Object.keys(tools)])
      return [...names].map((name) => ({ name, path: `agents.${agent}.${side}` }))
    }),
  )
  return all
    .filter(({ name }) => name !== '*' && !sources.includes(name))
    .map(({ name, path }) => ({ path, message: `There is no source ${name} yet.` }))
}

/** On an open server everything is allowed that is not denied: what is allowed says nothing there. */
function openServers({ server: only }: AgentRules, servers: ImportPlace['servers']): ImportNote[] {
  return servers
    .filter(({ id, access }) => access === 'open' && (only?.includes(id) ?? true))
    .map(({ id }) => ({
      path: 'server',
      message: `${id} is open: only what is denied counts there, until its access is policy.`,
    }))
}
