import type { Guards } from '../access/guards/guards.ts'
import type { Hidden } from '../access/hidden.ts'
import type { Policies } from '../access/policies/policies.ts'
import type { MembershipContext } from './membership/memberships.ts'
import type { Servers } from './servers.ts'

/** What views are made from. */
export interface ResolveContext extends MembershipContext {
  readonly servers: Servers
  readonly policies: Policies
  readonly hidden: Hidden
  readonly guards: Guards
  readonly now: () => Date
}
