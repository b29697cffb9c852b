import type { Caller } from '../../access/caller.ts'
import type { Policy } from '../../access/policies/policies.ts'
import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { admits, type Meter } from '../../rules/filter.ts'
import { LIMITS } from '../../rules/limits.ts'
import type { Turns } from '../membership/turns.ts'
import { type Grounds, partsOf } from './grounds.ts'

/**
 * What policies whose `what` looks at who asks say of entries to one caller, and to the agent it may
 * act as. Verdicts are kept by
 * entry, which never changes itself, so that only what is new is evaluated.
 */
export class Personal {
  /** By whether it is the caller or the agent it acts as, effect and filter. */
  readonly #verdicts = new Map<string, WeakMap<Entry, boolean>>()

  /** Undefined for grounds on which all callers are decided about alike. */
  static on(grounds: Grounds | undefined): Personal | undefined {
    const isNeeded = grounds && partsOf(grounds).some(({ caller }) => caller !== undefined)
    return isNeeded ? new Personal() : undefined
  }

  matches(policy: Policy, entry: Entry, caller: Caller, meter?: Meter): boolean {
    const { effect, what } = policy.definition
    const key = `${caller.kind} ${effect} ${what}`
    let verdicts = this.#verdicts.get(key)
    if (!verdicts) {
      verdicts = new WeakMap()
      this.#verdicts.set(key, verdicts)
    }
    const known = verdicts.get(entry)
    if (known !== undefined) return known
    const verdict = policy.compiled!.what.evaluate(entry.document, caller, meter)
    const matches = admits(verdict, effect === 'allow' ? 'include' : 'exclude')
    verdicts.set(entry, matches)
    return matches
  }

  /** Evaluates entries ahead, letting other work have its turn. @throws {FacetError} `too_expensive` */
  async warm(grounds: Grounds, entries: Iterable<Entry>, turns: Turns): Promise<void> {
    const personal = partsOf(grounds).flatMap(({ allows, denies, caller }) =>
      caller === undefined
        ? []
        : [...allows, ...denies]
            .filter(({ compiled }) => compiled!.isPersonal)
            .map((policy) => ({ policy, caller })),
    )
    const meter: Meter = { left: LIMITS.runSteps }
    for (const entry of entries) {
      const turn = turns.step()
      if (turn) await turn
      for (const { policy, caller } of personal) this.matches(policy, entry, caller, meter)
      if (meter.left < 0) {
        throw new FacetError(
          'too_expensive',
          'The policies that look at the caller take too much work over this server.',
        )
      }
    }
  }
}
