import { type Checked, parseBody, type Writing } from '../definitions/write.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { type PolicyDefinition, policyInput } from './definition.ts'
import type { Policies } from './policies.ts'

/** Validates a body, its filters included. @throws {FacetError} `invalid_request`, `invalid_filter` */
export function checkPolicy(body: unknown): Checked<PolicyDefinition> {
  const { id, ...definition } = parseBody('policy', policyInput, body)
  compilePolicy(definition)
  return { id, definition }
}

/** How policies are written over REST. */
export function policyWriting(definitions: Policies): Writing<PolicyDefinition, CompiledPolicy> {
  return { definitions, check: checkPolicy }
}
