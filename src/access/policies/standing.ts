import { FacetError } from '../../errors/facet-error.ts'
import { admits } from '../../rules/filter.ts'
import type { Caller } from '../caller.ts'
import type { Policies, Policy } from './policies.ts'

/** The policies whose `who` is met by a caller. */
export interface Standing {
  readonly policies: readonly Policy[]
}

/** Standings kept ready; the least recently used are worked out again. */
const MAX_KEPT = 20_000

const NOTHING = {}

/** Administrators, and whoever sits at a desk without credentials, are not held by policies. */
export function isUnbound({ kind, roles }: Caller): boolean {
  return kind === 'admin' || kind === 'local' || (kind !== 'anonymous' && roles.includes('admin'))
}

/** Whether `who` of a policy is met; what cannot be decided never allows and always denies. */
export function isMet(policy: Policy, caller: Caller): boolean {
  const { id, compiled, problem, definition } = policy
  if (!compiled) {
    throw new FacetError('policy_unusable', `The policy ${id} cannot be used: ${problem}`)
  }
  const effect = definition.effect === 'allow' ? 'include' : 'exclude'
  return admits(compiled.who.evaluate(NOTHING, caller), effect)
}

/**
 * Which policies callers meet, worked out once for all callers that no policy can tell apart.
 * What a policy is about is not looked at here.
 */
export class Standings {
  readonly #policies: Policies
  #revision = -1
  #reads: ReadonlySet<string> = new Set()
  #known = new Map<string, Standing>()

  constructor(policies: Policies) {
    this.#policies = policies
  }

  /** Equal for callers that no `who` can tell apart, as policies are now. */
  keyOf(caller: Caller): string {
    this.#follow()
    const { id, kind, roles, groups, attributes, agent } = caller
    const reads = (field: string) => this.#reads.has(field) || this.#reads.has('*')
    return JSON.stringify([
      kind,
      roles,
      groups,
      reads('id') ? id : 0,
      reads('attributes') ? attributes : 0,
      reads('agent') ? (agent ?? null) : 0,
    ])
  }

  /** @throws {FacetError} `policy_unusable` */
  of(caller: Caller): Standing {
    const key = this.keyOf(caller)
    const known = this.#known.get(key)
    if (known) return known
    const standing = { policies: this.#policies.all().filter((policy) => isMet(policy, caller)) }
    if (this.#known.size >= MAX_KEPT) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(key, standing)
    return standing
  }

  #follow(): void {
    if (this.#revision === this.#policies.revision) return
    this.#revision = this.#policies.revision
    this.#known = new Map()
    const compiled = this.#policies.all().flatMap((policy) => policy.compiled ?? [])
    this.#reads = new Set(compiled.flatMap(({ whoReads }) => [...whoReads]))
  }
}
