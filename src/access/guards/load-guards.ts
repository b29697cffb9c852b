import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { Secrets } from '../../sources/secrets.ts'
import type { Store } from '../../store/ports.ts'
import { Codes } from './codes/codes.ts'
import { Guards } from './guards.ts'
import { Rates } from './rates.ts'
import { RequestLimits } from './request-limits.ts'

export interface LoadGuardsOptions {
  readonly store: Pick<Store, 'guards' | 'guardStates'>
  readonly secrets: Secrets
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => Date
  /** ms that never go back */
  readonly clock: () => number
  /** Those of the configuration file. */
  readonly configured?: Parameters<Guards['load']>[0]
}

/** Guards as they are stored and configured, and what they count and hold. */
export async function loadGuards({ store, ...options }: LoadGuardsOptions) {
  const { metrics, secrets, now, clock } = options
  const guards = new Guards(store.guards, now)
  const codes = new Codes({ ...options, guards, store: store.guardStates })
  await Promise.all([guards.load(options.configured), codes.load()])
  const rates = new Rates(clock)
  const requestLimits = new RequestLimits({ guards, rates, metrics })
  return { guards, codes, rates, requestLimits, secrets, metrics }
}
