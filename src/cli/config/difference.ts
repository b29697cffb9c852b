import { isDeepStrictEqual } from 'node:util'
import type { Put } from '../../access/definitions/definitions.ts'
import type { RunningDefinition } from './running.ts'

/** What starting with a configuration file would change about one policy or guard. */
export interface ConfigDifference {
  readonly id: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly notes: readonly string[]
  readonly fields: readonly {
    readonly field: string
    readonly before: unknown
    readonly after: unknown
  }[]
}

/**
 * What would change if the file were the configuration of a service: what it has from a
 * configuration and is not in the file would go, what was made over REST is let be.
 */
export function configDifferences<D extends object>(
  file: readonly Put<D>[],
  running: readonly RunningDefinition<D>[],
): ConfigDifference[] {
  const written = file.flatMap(({ id, definition }): ConfigDifference[] => {
    const now = running.find((each) => each.id === id)
    if (now && isDeepStrictEqual(now.definition, definition)) return []
    const isTaken = now !== undefined && now.origin !== 'config'
    const notes = isTaken ? ['It was made over REST; the one of the file takes its place.'] : []
    const fields = fieldsOf(now?.definition, definition)
    return [{ id, change: now ? 'changed' : 'added', notes, fields }]
  })
  const wanted = new Set(file.map(({ id }) => id))
  const gone = running
    .filter(({ id, origin }) => origin === 'config' && !wanted.has(id))
    .map(({ id, definition }): ConfigDifference => {
      return { id, change: 'removed', notes: [], fields: fieldsOf(definition, undefined) }
    })
  return [...written, ...gone]
}

function fieldsOf(before: object | undefined, after: object | undefined) {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const valueIn = (definition: object | undefined, field: string) =>
    (definition as Record<string, unknown> | undefined)?.[field] ?? null
  return [...names]
    .map((field) => ({ field, before: valueIn(before, field), after: valueIn(after, field) }))
    .filter((each) => !isDeepStrictEqual(each.before, each.after))
}
