import type { PolicyStore } from '../../store/ports.ts'
import { type Defined, Definitions, type Kind, type Put } from '../definitions/definitions.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { type PolicyDefinition, policyDefinition } from './definition.ts'

/** A policy with its filters compiled. */
export type Policy = Defined<PolicyDefinition, CompiledPolicy>

const POLICY: Kind<PolicyDefinition, CompiledPolicy> = {
  name: 'policy',
  parse: (stored) => policyDefinition.parse(stored),
  compile: compilePolicy,
}

/** All policies. */
export class Policies extends Definitions<PolicyDefinition, CompiledPolicy> {
  readonly #store: PolicyStore

  constructor(store: PolicyStore, now: () => Date) {
    super(POLICY, store, now)
    this.#store = store
  }

  /** Stores and removes many at once: all of it applies when this resolves, or none. @throws {FacetError} */
  async write(put: readonly Put<PolicyDefinition>[], remove: readonly string[]): Promise<void> {
    const next = put.map(({ id, definition }) => this.next(id, definition, 'rest'))
    await this.#store.write({ put: next.map(({ record }) => record), remove })
    this.hold([
      ...remove.map((id) => [id, undefined] as const),
      ...next.map(({ defined }) => [defined.id, defined] as const),
    ])
  }
}

/** Whether a policy speaks about a server. */
export function concerns({ definition }: Policy, server: string): boolean {
  return definition.server === undefined || definition.server.includes(server)
}
