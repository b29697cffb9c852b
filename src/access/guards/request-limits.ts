import { FacetError } from '../../errors/facet-error.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { Caller } from '../caller.ts'
import { budgetOf } from './budget.ts'
import type { Guards } from './guards.ts'
import type { Rates } from './rates.ts'

export interface RequestLimitsOptions {
  readonly guards: Guards
  readonly rates: Rates
  readonly metrics: Pick<Metrics, 'guardDecisions'>
}

/** Rates of whole requests to MCP endpoints, whatever they ask for. */
export class RequestLimits {
  readonly #guards: Guards
  readonly #rates: Rates
  readonly #metrics: RequestLimitsOptions['metrics']
  /** A request that is handed on is not counted a second time; refused once, it stays refused. */
  readonly #counted = new WeakMap<object, FacetError | undefined>()

  constructor({ guards, rates, metrics }: RequestLimitsOptions) {
    this.#guards = guards
    this.#rates = rates
    this.#metrics = metrics
  }

  /**
   * Counts a request to a server that is there.
   *
   * @param request the same object wherever the request is answered
   * @throws {FacetError} `rate_limited` with the seconds to wait
   */
  admit(server: string, caller: Caller, request: object): void {
    if (this.#guards.active.length === 0) return
    if (this.#counted.has(request)) {
      const refused = this.#counted.get(request)
      if (refused) throw refused
      return
    }
    const budgets = this.#guards.meeting(server, caller).flatMap((guard) => {
      const { definition, compiled } = guard
      if (!compiled || definition.kind !== 'rate' || definition.counts !== 'requests') return []
      return [{ key: budgetOf(guard, definition, { caller: caller.id, server }), definition }]
    })
    for (const { key, definition } of budgets) {
      const wait = this.#rates.waitOf(key, definition)
      if (wait === 0) continue
      this.#metrics.guardDecisions.inc({ kind: 'rate', outcome: 'rate_limited' })
      const message = `Too many requests: try again in ${wait} s.`
      const refused = new FacetError('rate_limited', message, { details: { retry_after: wait } })
      this.#counted.set(request, refused)
      throw refused
    }
    if (budgets.length === 0) return
    this.#counted.set(request, undefined)
    for (const { key, definition } of budgets) {
      this.#rates.take(key, definition)
      this.#metrics.guardDecisions.inc({ kind: 'rate', outcome: 'passed' })
    }
  }
}
