import { type GuardDefinition, guardDefinition } from '../../access/guards/definition.ts'
import { type PolicyDefinition, policyDefinition } from '../../access/policies/definition.ts'

/** What a configuration file and a running service both hold, as the commands compare it. */
export interface ConfiguredKind<D extends object> {
  readonly name: 'policy' | 'guard'
  readonly plural: 'policies' | 'guards'
  /** Undefined for what is no definition. */
  readonly read: (fields: unknown) => D | undefined
}

export const POLICIES: ConfiguredKind<PolicyDefinition> = {
  name: 'policy',
  plural: 'policies',
  read: (fields) => policyDefinition.safeParse(fields).data,
}

export const GUARDS: ConfiguredKind<GuardDefinition> = {
  name: 'guard',
  plural: 'guards',
  read: (fields) => guardDefinition.safeParse(fields).data,
}
