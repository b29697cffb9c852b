import { isDeepStrictEqual } from 'node:util'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import type { FilePolicy } from './file.ts'
import type { RunningPolicy } from './running.ts'

/** What starting with a configuration file would change about one policy. */
export interface PolicyDifference {
  readonly policy: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly notes: readonly string[]
  readonly fields: readonly {
    readonly field: string
    readonly before: unknown
    readonly after: unknown
  }[]
}

/**
 * What would change if the file were the configuration of a service: its policies that are gone
 * would go too, those made over REST are let be.
 */
export function policyDifferences(
  file: readonly FilePolicy[],
  running: readonly RunningPolicy[],
): PolicyDifference[] {
  const written = file.flatMap(({ id, definition }): PolicyDifference[] => {
    const now = running.find((policy) => policy.id === id)
    if (now && isDeepStrictEqual(now.definition, definition)) return []
    const isTaken = now !== undefined && now.origin !== 'config'
    const notes = isTaken ? ['It was made over REST; the one of the file takes its place.'] : []
    const fields = fieldsOf(now?.definition, definition)
    return [{ policy: id, change: now ? 'changed' : 'added', notes, fields }]
  })
  const wanted = new Set(file.map(({ id }) => id))
  const gone = running
    .filter(({ id, origin }) => origin === 'config' && !wanted.has(id))
    .map(({ id, definition }): PolicyDifference => {
      return { policy: id, change: 'removed', notes: [], fields: fieldsOf(definition, undefined) }
    })
  return [...written, ...gone]
}

function fieldsOf(
  before: PolicyDefinition | undefined,
  after: PolicyDefinition | undefined,
): PolicyDifference['fields'] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const valueIn = (definition: PolicyDefinition | undefined, field: string) =>
    (definition as Record<string, unknown> | undefined)?.[field] ?? null
  return [...names]
    .map((field) => ({ field, before: valueIn(before, field), after: valueIn(after, field) }))
    .filter((each) => !isDeepStrictEqual(each.before, each.after))
}
