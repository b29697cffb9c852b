import type { Catalog } from '../../catalog/catalog.ts'
import type { Resolver } from '../resolve.ts'
import type { Servers } from '../servers.ts'

/** What the impact of a write is worked out with. */
export interface ImpactContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly resolver: Resolver
  readonly now: () => Date
}
