import type { IncomingMessage } from 'node:http'
import type { Accounts } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import type { Recording } from '../access/events/create-events.ts'
import type { Gate } from '../access/gate.ts'
import type { Codes } from '../access/guards/codes/codes.ts'
import type { GuardContext } from '../access/guards/write-guards.ts'
import type { ChangeRights } from '../access/policies/change-rights.ts'
import type { RequestGuard } from '../access/request-guard.ts'
import type { Resources } from '../access/resource.ts'
import type { SignIn } from '../access/sign-in.ts'
import type { CatalogContext } from '../catalog/verbs.ts'
import type { ImpactContext } from '../dynamic/impact/context.ts'
import type { Resolver } from '../dynamic/resolve.ts'
import type { ResolveContext } from '../dynamic/resolve-context.ts'
import type { RulesDirectory } from '../dynamic/rules-directory.ts'
import type { McpEndpoint } from '../mcp/endpoint.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Sources } from '../sources/sources.ts'
import type { Store } from '../store/ports.ts'

/** What the routes call; handed in by the composition root. */
export interface HttpContext {
  readonly store: Store
  readonly entries: CatalogContext
  readonly sources: Sources
  readonly resolution: ResolveContext
  readonly resolver: Resolver
  readonly rulesDirectory: RulesDirectory
  readonly mcp: McpEndpoint
  readonly gate: Gate
  readonly resources: Resources
  readonly signIn: SignIn
  readonly accounts: Accounts
  /** Which servers and entries a caller may change. */
  readonly changeRights: ChangeRights
  /** What stands between being allowed to call something and running it. */
  readonly guarding: GuardContext & { readonly codes: Codes }
  /** What takes down decisions and calls, and where they can be read. */
  readonly recording: Recording
  readonly guard: RequestGuard
  /** Known only to whoever can read the database file: the command line on this machine. */
  readonly operatorToken: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly now: () => Date
  readonly publicUrl: string | undefined
  readonly activity: Activity
}

/** What dry runs are worked out with. */
export function impactContext({ resolution, resolver, now }: HttpContext): ImpactContext {
  const { catalog, servers } = resolution
  return { catalog, servers, resolver, now }
}

/** What /health/detailed tells of the service's life so far. */
export interface Activity {
  readonly startedAt: Date
  requests: number
  errors: number
  lastRequestAt: Date | undefined
}

/** Variables of one request. */
export type Env = {
  Variables: {
    caller: Caller
    /** Set by a route that has recorded its change itself. */
    isRecorded?: boolean
  }
  /** Set by the HTTP server of Node; not there where the app is called directly. */
  Bindings: { incoming?: IncomingMessage }
}
