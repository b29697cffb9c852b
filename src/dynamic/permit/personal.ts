import type { Caller } from '../../access/caller.ts'
import type { Policy } from '../../access/policies/policies.ts'
import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { admits, type Meter } from '../../rules/filter.ts'
import { LIMITS } from '../../rules/limits.ts'
import type { Turns } from '../membership/turns.ts'

/**
 * What policies whose `what` looks at who asks say of entries to one caller. Verdicts are kept by
 * entry, which never changes itself, so that only what is new is evaluated.
 */
export class Personal {
  readonly #caller: Caller
  readonly #verdicts = new Map<string, WeakMap<Entry, boolean>>()

  constructor(caller: Caller) {
    this.#caller = caller
  }

  matches(policy: Policy, entry: Entry, meter?: Meter): boolean {
    const { effect, what } = policy.definition
    const key = `${effect} ${what}`
    let verdicts = this.#verdicts.get(key)
    if (!verdicts) {
      verdicts = new WeakMap()
      this.#verdicts.set(key, verdicts)
    }
    const known = verdicts.get(entry)
    if (known !== undefined) return known
    const verdict = policy.compiled!.what.evaluate(entry.document, this.#caller, meter)
    const matches = admits(verdict, effect === 'allow' ? 'include' : 'exclude')
    verdicts.set(entry, matches)
    return matches
  }

  /** Evaluates entries ahead, letting other work have its turn. @throws {FacetError} `too_expensive` */
  async warm(policies: readonly Policy[], entries: Iterable<Entry>, turns: Turns): Promise<void> {
    const personal = policies.filter(({ compiled }) => compiled!.isPersonal)
    const meter: Meter = { left: LIMITS.runSteps }
    for (const entry of entries) {
      const turn = turns.step()
      if (turn) await turn
      for (const policy of personal) this.matches(policy, entry, meter)
      if (meter.left < 0) {
        throw new FacetError(
          'too_expensive',
          'The policies that look at the caller take too much work over this server.',
        )
      }
    }
  }
}
