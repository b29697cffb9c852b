import type { Put } from '../../access/definitions/definitions.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import type { SeenOtherwise } from '../../dynamic/permit/policy-impact.ts'
import type { Client } from '../client.ts'
import type { ConfigDifference } from './difference.ts'

/** A user, or somebody with one role alone, who would see other entries on some servers. */
export interface AffectedCaller {
  readonly user?: string
  readonly role?: string
  readonly servers: readonly SeenOtherwise[]
}

/** Who would see what if one policy alone were changed. */
export interface Affected {
  readonly callers: readonly AffectedCaller[]
  /** Servers that the service cannot look at. */
  readonly failed: readonly { readonly server: string; readonly code: string }[]
}

export type PolicyDifference = ConfigDifference & Affected

/** Changes the service looks at in one request. */
const AT_ONCE = 200

/** Adds to changes of policies what each of them, alone, would change for callers. */
export async function withAffected(
  client: Client,
  differences: readonly ConfigDifference[],
  file: readonly Put<PolicyDefinition>[],
): Promise<PolicyDifference[]> {
  const wanted = new Map(file.map(({ id, definition }) => [id, definition]))
  const all: PolicyDifference[] = []
  for (let at = 0; at < differences.length; at += AT_ONCE) {
    const some = differences.slice(at, at + AT_ONCE)
    const changes = some.map(({ id }) => ({ id, policy: wanted.get(id) ?? null }))
    const answer = await client.request<{ changes: Affected[] }>('POST', '/policies/preview', {
      changes,
    })
    all.push(
      ...some.map((each, i) => {
        const { callers, failed } = answer.changes[i]!
        return { ...each, callers, failed }
      }),
    )
  }
  return all
}
