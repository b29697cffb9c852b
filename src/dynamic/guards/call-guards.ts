import type { Caller } from '../../access/caller.ts'
import { budgetOf } from '../../access/guards/budget.ts'
import { objectionTo } from '../../access/guards/check-arguments.ts'
import { type Codes, isCodeGuard } from '../../access/guards/codes/codes.ts'
import type { Guard, Guards } from '../../access/guards/guards.ts'
import type { Rates } from '../../access/guards/rates.ts'
import type { Refusal } from '../../access/guards/refusal.ts'
import type { Entry } from '../../catalog/entry.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { GuardSets } from './guard-sets.ts'
import { standingBefore } from './standing.ts'

/** A call that is allowed, as it would go to the source. */
export interface GuardedCall {
  readonly server: string
  readonly caller: Caller
  readonly entry: Entry
  readonly args: JsonObject
  /** The session of an older client that the call came in. */
  readonly session?: string | undefined
}

export interface CallGuardsOptions {
  readonly guards: Guards
  readonly sets: GuardSets
  readonly rates: Rates
  readonly codes: Codes
  readonly metrics: Metrics
}

/**
 * What stands between "allowed" and "run". Every way to run something asks here first, and only
 * here.
 */
export class CallGuards {
  readonly #guards: Guards
  readonly #sets: GuardSets
  readonly #rates: Rates
  readonly #codes: Codes
  readonly #metrics: Metrics

  constructor({ guards, sets, rates, codes, metrics }: CallGuardsOptions) {
    this.#guards = guards
    this.#sets = sets
    this.#rates = rates
    this.#codes = codes
    this.#metrics = metrics
  }

  /** Whether there is a group of entries, anywhere, that has to be unlocked. */
  get hasCodes(): boolean {
    return this.#guards.hasCodes
  }

  /**
   * Why a call must not be run; undefined when nothing stands in its way. A call that may run has
   * taken its part of every rate when this answers.
   */
  refusalOf(call: GuardedCall): Promise<Refusal | undefined> | undefined {
    const { server, caller } = call
    return this.#guards.meeting(server, caller).length > 0 ? this.#judge(call) : undefined
  }

  async #judge(call: GuardedCall): Promise<Refusal | undefined> {
    const context = { guards: this.#guards, sets: this.#sets }
    const before = await standingBefore(context, call)
    const standing = before.filter((guard) => !countsRequests(guard))
    const refusal = this.#decide(standing, call)
    for (const { definition, id } of standing) {
      if (refusal && refusal.guard !== id) continue
      const outcome = refusal?.code ?? 'passed'
      this.#metrics.guardDecisions.inc({ kind: String(definition.kind), outcome })
    }
    return refusal
  }

  #decide(standing: readonly Guard[], call: GuardedCall): Refusal | undefined {
    for (const guard of standing) {
      if (!guard.compiled) return unusable(guard)
    }
    // Whoever may not even begin is told nothing of what would be checked then.
    for (const check of [this.#unlocked, this.#checked]) {
      for (const guard of standing) {
        const refusal = check.call(this, guard, call)
        if (refusal) return refusal
      }
    }
    return this.#counted(standing, call)
  }

  #unlocked(guard: Guard, call: GuardedCall): Refusal | undefined {
    if (!isCodeGuard(guard) || this.#codes.passes(guard, call)) return undefined
    const { id } = guard
    const reason = `Group '${id}' is locked. Call gate_unlock(group='${id}', code='<totp>') first.`
    return { guard: id, kind: 'totp', code: 'guard_locked', reason, details: { group: id } }
  }

  #checked({ id, definition, compiled }: Guard, call: GuardedCall): Refusal | undefined {
    if (definition.kind !== 'arguments') return undefined
    const { args, entry, caller } = call
    const checked = { arguments: args, entry: entry.document, caller }
    const objection = objectionTo(checked, definition, compiled!.arguments!)
    if (objection === undefined) return undefined
    const reason = `Rejected: ${objection}`
    return { guard: id, kind: 'arguments', code: 'guard_rejected', reason }
  }

  /** Nothing is taken from any budget unless all of them have something left. */
  #counted(standing: readonly Guard[], call: GuardedCall): Refusal | undefined {
    const { server, caller, entry } = call
    const { source, id: entryId } = entry.record
    const parts = { caller: caller.id, server, source, entry: entryId }
    const budgets = standing.flatMap((guard) => {
      const { definition } = guard
      if (definition.kind !== 'rate') return []
      return [{ id: guard.id, key: budgetOf(guard, definition, parts), definition }]
    })
    for (const { id, key, definition } of budgets) {
      const wait = this.#rates.waitOf(key, definition)
      if (wait > 0) return limited(id, wait)
    }
    for (const { key, definition } of budgets) this.#rates.take(key, definition)
    return undefined
  }
}

/** Whole requests are counted before anybody knows what they call. */
function countsRequests({ compiled, definition }: Guard): boolean {
  return compiled !== undefined && definition.kind === 'rate' && definition.counts === 'requests'
}

function limited(guard: string, wait: number): Refusal {
  const reason = `Rate limit reached: try again in ${wait} s.`
  return { guard, kind: 'rate', code: 'rate_limited', reason, details: { retry_after: wait } }
}

function unusable({ id, definition }: Guard): Refusal {
  const reason = 'A guard of this server cannot be used; an administrator can mend it.'
  return { guard: id, kind: definition.kind, code: 'guard_unusable', reason }
}
