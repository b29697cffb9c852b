import { FacetError, messageOf } from '../../errors/facet-error.ts'
import type { JsonObject, Origin, PolicyRecord, PolicyStore } from '../../store/ports.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { type PolicyDefinition, policyDefinition } from './definition.ts'

/** A policy with its filters compiled. */
export interface Policy {
  readonly id: string
  readonly origin: Origin
  readonly version: number
  readonly definition: PolicyDefinition
  /** Absent where there is a problem. */
  readonly compiled?: CompiledPolicy
  /** Why a stored policy cannot be used: it was written for another version of Facet. */
  readonly problem?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Told of the policy before and after a change. */
export type PolicyListener = (before: Policy | undefined, after: Policy | undefined) => void

/** All policies, in memory and in the store. */
export class Policies {
  readonly #store: PolicyStore
  readonly #policies = new Map<string, Policy>()
  readonly #listeners = new Set<PolicyListener>()
  #revision = 0
  #turn: Promise<unknown> = Promise.resolve()
  readonly now: () => Date

  constructor(store: PolicyStore, now: () => Date) {
    this.#store = store
    this.now = now
  }

  /** Takes over what is stored, and the policies of the configuration file. @throws {FacetError} */
  async load(configured: readonly { id: string; definition: PolicyDefinition }[] = []) {
    for (const record of await this.#store.all()) this.#policies.set(record.id, understood(record))
    const at = this.now().toISOString()
    for (const { id, definition } of configured) {
      const compiled = compilePolicy(definition)
      const times = { createdAt: at, updatedAt: at }
      this.#policies.set(id, { id, origin: 'config', version: 1, definition, compiled, ...times })
    }
    this.#revision++
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  /** In order of their ids. */
  all(): Policy[] {
    return [...this.#policies.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  find(id: string): Policy | undefined {
    return this.#policies.get(id)
  }

  /** @throws {FacetError} `not_found` */
  get(id: string): Policy {
    const policy = this.#policies.get(id)
    if (policy) return policy
    throw new FacetError('not_found', `There is no policy ${JSON.stringify(id)}.`)
  }

  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs a change of policies when those before it are done. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Stores a policy as its next version; it applies when this resolves. @throws {FacetError} */
  async put(id: string, definition: PolicyDefinition, origin: Origin): Promise<Policy> {
    const { record, policy } = this.#next(id, definition, origin)
    await this.#store.put(record)
    this.#hold([[id, policy]])
    return policy
  }

  /** Stores and removes many at once: all of it applies when this resolves, or none. @throws {FacetError} */
  async write(
    put: readonly { readonly id: string; readonly definition: PolicyDefinition }[],
    remove: readonly string[],
  ): Promise<void> {
    const next = put.map(({ id, definition }) => this.#next(id, definition, 'rest'))
    await this.#store.write({ put: next.map(({ record }) => record), remove })
    this.#hold([
      ...remove.map((id) => [id, undefined] as const),
      ...next.map(({ policy }) => [policy.id, policy] as const),
    ])
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id)
    this.#hold([[id, undefined]])
  }

  /** A policy as its next version. @throws {FacetError} `invalid_filter` */
  #next(id: string, definition: PolicyDefinition, origin: Origin) {
    const compiled = compilePolicy(definition)
    const before = this.#policies.get(id)
    const at = this.now().toISOString()
    const record = {
      id,
      origin,
      definition: definition as unknown as JsonObject,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    return { record, policy: { ...record, definition, compiled } }
  }

  /** All are in force before anybody is told of one. */
  #hold(changes: readonly (readonly [id: string, policy: Policy | undefined])[]): void {
    const made = changes.map(([id, policy]) => {
      const before = this.#policies.get(id)
      if (policy) this.#policies.set(id, policy)
      else this.#policies.delete(id)
      return [before, policy] as const
    })
    this.#revision++
    for (const [before, policy] of made) {
      for (const listener of this.#listeners) listener(before, policy)
    }
  }
}

/** What cannot be understood stays in force as a problem: it must neither open nor close a door. */
function understood(record: PolicyRecord): Policy {
  const { definition: stored, ...rest } = record
  try {
    const definition = policyDefinition.parse(stored)
    return { ...rest, definition, compiled: compilePolicy(definition) }
  } catch (error) {
    const definition = stored as unknown as PolicyDefinition
    return { ...rest, definition, problem: messageOf(error) }
  }
}

/** Whether a policy speaks about a server. */
export function concerns({ definition }: Policy, server: string): boolean {
  return definition.server === undefined || definition.server.includes(server)
}
