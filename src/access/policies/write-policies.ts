import { randomBytes } from 'node:crypto'
import { isJsonObject } from '../../catalog/json.ts'
import { mergePatch } from '../../catalog/merge-patch.ts'
import { errorItems, type Precondition } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import { compilePolicy } from './compile.ts'
import { type PolicyDefinition, policyInput } from './definition.ts'
import type { Policies, Policy } from './policies.ts'

export interface CheckedPolicy {
  readonly id: string | undefined
  readonly definition: PolicyDefinition
}

/** Validates a body, its filters included. @throws {FacetError} `invalid_request`, `invalid_filter` */
export function checkPolicy(body: unknown): CheckedPolicy {
  const parsed = policyInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'The policy is not valid.', {
      errors: errorItems(parsed.error),
    })
  }
  const { id, ...definition } = parsed.data
  compilePolicy(definition)
  return { id, definition }
}

/** @throws {FacetError} as checking, and `id_taken`. */
export function createPolicy(policies: Policies, body: unknown): Promise<Policy> {
  const { id = `policy-${randomBytes(6).toString('hex')}`, definition } = checkPolicy(body)
  return policies.alone(async () => {
    if (policies.find(id)) throw new FacetError('id_taken', `The id ${id} is in use.`)
    return policies.put(id, definition, 'rest')
  })
}

/** @throws {FacetError} as checking, `not_found`, `managed_by_config`, `precondition_failed`. */
export function replacePolicy(
  policies: Policies,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<Policy> {
  return policies.alone(async () => {
    changeable(policies, id, precondition)
    return write(policies, id, body)
  })
}

/** Applies a JSON merge patch. @throws {FacetError} as replacing. */
export function patchPolicy(
  policies: Policies,
  id: string,
  patch: unknown,
  precondition: Precondition,
): Promise<Policy> {
  return policies.alone(async () => {
    const { definition } = changeable(policies, id, precondition)
    if (!isJsonObject(patch)) {
      throw new FacetError('invalid_request', 'A merge patch of a policy is a JSON object.')
    }
    return write(policies, id, mergePatch(definition as unknown as JsonObject, patch))
  })
}

/** @throws {FacetError} `not_found`, `managed_by_config`, `precondition_failed` */
export function deletePolicy(
  policies: Policies,
  id: string,
  precondition: Precondition,
): Promise<void> {
  return policies.alone(async () => {
    changeable(policies, id, precondition)
    await policies.remove(id)
  })
}

function write(policies: Policies, id: string, body: unknown): Promise<Policy> {
  const checked = checkPolicy(body)
  if (checked.id !== undefined && checked.id !== id) {
    throw new FacetError('invalid_request', 'The id of a policy does not change.', {
      errors: [{ path: 'id', message: 'Make a new policy instead.' }],
    })
  }
  return policies.put(id, checked.definition, 'rest')
}

function changeable(policies: Policies, id: string, precondition: Precondition): Policy {
  const policy = policies.get(id)
  if (policy.origin === 'config') {
    throw new FacetError('managed_by_config', `Change ${id} in the configuration file.`)
  }
  if (precondition && !precondition(policy.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${policy.version} now.`)
  }
  return policy
}

/** The REST body of a policy. */
export function presentPolicy(policy: Policy) {
  const { id, definition, origin, version, problem, createdAt, updatedAt } = policy
  return {
    id,
    ...definition,
    origin,
    problem: problem ?? null,
    version,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
