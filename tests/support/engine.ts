import { LOCAL } from '../../src/access/caller.ts'
import { Guards } from '../../src/access/guards/guards.ts'
import { Hidden } from '../../src/access/hidden.ts'
import { Policies } from '../../src/access/policies/policies.ts'
import { Catalog } from '../../src/catalog/catalog.ts'
import { Resolver } from '../../src/dynamic/resolve.ts'
import { Servers } from '../../src/dynamic/servers.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import type { Selections } from '../../src/selection/selector.ts'
import type { EntryRecord } from '../../src/store/ports.ts'

/** The rule engine alone: a catalog, the servers over it and what resolves them; no disk, no HTTP. */
export interface Engine {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly policies: Policies
  readonly hidden: Hidden
  readonly guards: Guards
  readonly resolver: Resolver
  readonly metrics: ReturnType<typeof createMetrics>
}

/** @param selections what answers rules by meaning; without it nobody may ask them. */
export function createEngine(catalog = new Catalog(), selections?: Selections): Engine {
  const metrics = createMetrics()
  const now = () => new Date()
  const servers = new Servers(forgetful, now)
  const policies = new Policies(forgetful, now)
  const hidden = new Hidden(forgetful)
  const guards = new Guards(forgetful, now)
  const all = { catalog, servers, metrics, now, policies, hidden, guards, selections }
  const context = all as unknown
  const resolver = new Resolver(context as ConstructorParameters<typeof Resolver>[0])
  return { catalog, servers, policies, hidden, guards, resolver, metrics }
}

const forgetful = {
  all: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
} as unknown as ConstructorParameters<typeof Servers>[0] &
  ConstructorParameters<typeof Policies>[0] &
  ConstructorParameters<typeof Hidden>[0] &
  ConstructorParameters<typeof Guards>[0]

export const CALLER = { ...LOCAL, id: 'test' }

/** A record as the store holds it, with what a test does not care about filled in. */
export function record(
  id: string,
  name: string,
  { definition, ...more }: Partial<EntryRecord> = {},
): EntryRecord {
  return {
    id,
    type: 'tool',
    source: 'manual',
    key: name,
    definition: { name, ...definition },
    upstreamTags: [],
    addedTags: [],
    removedTags: [],
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: null,
    handler: null,
    content: null,
    present: true,
    version: 1,
    createdAt: '2026-01-02T03:04:05Z',
    updatedAt: '2026-01-02T03:04:05Z',
    ...more,
  }
}
