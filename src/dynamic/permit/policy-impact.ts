import type { Caller } from '../../access/caller.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { concerns, Policies, type Policy } from '../../access/policies/policies.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { PolicyStore } from '../../store/ports.ts'
import type { Resolver } from '../resolve.ts'
import type { DynamicServer, Servers } from '../servers.ts'
import type { View } from '../view.ts'
import { type PermitTools, viewThrough } from './look-through.ts'
import { Permits } from './permits.ts'

export interface PolicyImpactContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly policies: Policies
  readonly resolver: Resolver
  readonly now: () => Date
}

/** A policy as it would be; without a definition it would be gone. */
export interface PolicyChange {
  readonly id: string
  readonly definition: PolicyDefinition | undefined
}

/** How many entries somebody would come to see, and would not see any more, on one server. */
export interface SeenOtherwise {
  readonly server: string
  readonly gains: number
  readonly loses: number
}

/** What changes of policies would change for callers. */
export interface PolicyImpact<Who> {
  /** Those who would see something else, with the active servers on which they would. */
  readonly callers: readonly (Who & { readonly servers: readonly SeenOtherwise[] })[]
  readonly failed: readonly { readonly server: string; readonly code: string }[]
}

/** Somebody, and what they are called in the answer. */
export interface Asked<Who> {
  readonly who: Who
  readonly caller: Caller
}

/**
 * What changes of policies, made together, would change for callers. Nothing is written. Both sides
 * are decided by the sets that lists are made with, and callers about whom it is decided alike are
 * compared once.
 */
export async function policyImpact<Who extends object>(
  context: PolicyImpactContext,
  changes: readonly PolicyChange[],
  asked: readonly Asked<Who>[],
): Promise<PolicyImpact<Who>> {
  const { catalog, servers, policies, resolver } = context
  const next = await policiesWith(policies, changes)
  const touched = changes.flatMap(({ id }) => [policies.find(id) ?? [], next.find(id) ?? []].flat())
  const permits = new Permits({ catalog, policies: next }, resolver.memberships)
  const sides = [resolver.tools, { ...resolver.tools, permits }] as const
  const seen = asked.map(() => [] as SeenOtherwise[])
  const failed: { server: string; code: string }[] = []
  try {
    for (const server of [...servers.all(), servers.get('all')]) {
      if (server.definition.status !== 'active' || !isConcerned(server, touched)) continue
      try {
        const counts = await onServer(context, server, sides, asked)
        for (const [i, count] of counts.entries()) {
          if (count.gains + count.loses > 0) seen[i]!.push({ server: server.id, ...count })
        }
      } catch (error) {
        if (!(error instanceof FacetError)) throw error
        failed.push({ server: server.id, code: error.code })
      }
    }
  } finally {
    permits.stop()
  }
  const callers = asked.flatMap(({ who }, i) =>
    seen[i]!.length > 0 ? [{ ...who, servers: seen[i]! }] : [],
  )
  return { callers, failed }
}

function isConcerned({ id }: DynamicServer, touched: readonly Policy[]): boolean {
  return touched.some((policy) => concerns(policy, id))
}

type Count = Omit<SeenOtherwise, 'server'>

async function onServer(
  { resolver, now }: PolicyImpactContext,
  server: DynamicServer,
  sides: readonly [before: PermitTools, after: PermitTools],
  asked: readonly Asked<object>[],
): Promise<Count[]> {
  const held = await resolver.hold(server)
  const contended = () => {
    held.view(now().getTime())
    return held.contended
  }
  const known = new Map<string, Count>()
  const counts: Count[] = []
  for (const { caller } of asked) {
    const turn = resolver.memberships.turns.check()
    if (turn) await turn
    const grounds = sides.map(({ permits }) => permits.finder.fresh(server, caller))
    const key = JSON.stringify(grounds.map((ground) => ground?.key ?? null))
    let count = known.get(key)
    if (!count) {
      const before = await viewThrough(sides[0], server, caller, contended)
      const after = await viewThrough(sides[1], server, caller, contended)
      count = { gains: beyond(after, before), loses: beyond(before, after) }
      known.set(key, count)
    }
    counts.push(count)
  }
  return counts
}

/** How many entries one view has and another has not. */
function beyond(view: View, other: View): number {
  let count = 0
  for (const type of ENTRY_TYPES) {
    const ids = new Set(other.lists.get(type)!.entries.map(({ record }) => record.id))
    for (const { record } of view.lists.get(type)!.entries) if (!ids.has(record.id)) count++
  }
  return count
}

/** Policies as they would be, kept nowhere; those that cannot be used stop the other side already. */
async function policiesWith(
  policies: Policies,
  changes: readonly PolicyChange[],
): Promise<Policies> {
  const all = new Map(
    policies.all().flatMap(({ id, definition, compiled }) => (compiled ? [[id, definition]] : [])),
  )
  for (const { id, definition } of changes) {
    if (definition) all.set(id, definition)
    else all.delete(id)
  }
  const next = new Policies(NOWHERE, policies.now)
  await next.load([...all].map(([id, definition]) => ({ id, definition })))
  return next
}

const NOWHERE: PolicyStore = {
  all: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
  write: async () => undefined,
}
