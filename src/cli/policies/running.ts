import { type PolicyDefinition, policyDefinition } from '../../access/policies/definition.ts'
import type { Client } from '../client.ts'

/** A policy of the running service. */
export interface RunningPolicy {
  readonly id: string
  readonly origin: string
  /** Undefined for one the service cannot use. */
  readonly definition: PolicyDefinition | undefined
}

type Stored = Record<string, unknown> & {
  readonly id: string
  readonly origin: string
  readonly problem: string | null
}

const FIELDS = Object.keys(policyDefinition.shape)

/** All policies of the service, in order of their ids. */
export async function runningPolicies(client: Client): Promise<RunningPolicy[]> {
  const { policies } = await client.request<{ policies: Stored[] }>('GET', '/policies')
  return policies.map(({ id, origin, problem, ...rest }) => {
    const said = Object.fromEntries(
      FIELDS.filter((field) => field in rest).map((f) => [f, rest[f]]),
    )
    return { id, origin, definition: problem === null ? policyDefinition.parse(said) : undefined }
  })
}
