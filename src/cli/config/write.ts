import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Document, parseDocument } from 'yaml'
import { shortened } from '../rules/written.ts'
import type { ConfiguredKind } from './kinds.ts'
import type { RunningDefinition } from './running.ts'

export type Written = 'written' | 'unchanged' | 'exists' | 'unusable'

/** All definitions of one kind, as a configuration file says them. */
export interface WantedList {
  readonly plural: 'policies' | 'guards'
  /** Undefined for one the service cannot use. */
  readonly items: readonly (object | undefined)[]
}

/** What a service has of a kind, each without what is the default anyway. */
export function wantedList<D extends object>(
  { plural, read }: ConfiguredKind<D>,
  running: readonly RunningDefinition<D>[],
): WantedList {
  const items = running.map(
    ({ id, definition }) => definition && { id, ...shortened(definition, read) },
  )
  return { plural, items }
}

/**
 * Puts policies and guards into a configuration file, whose other settings stay as they are.
 * Others that it has are written over only with `force`.
 *
 * @throws {Error} for a file that is no YAML.
 */
export function writeConfig(path: string, lists: readonly WantedList[], force: boolean): Written {
  // What is stored is not known here; a file without it would pass for all there is.
  if (lists.some(({ items }) => items.includes(undefined))) return 'unusable'
  const isThere = existsSync(path)
  const document = isThere ? parseDocument(readFileSync(path, 'utf8')) : new Document({})
  const [mistake] = document.errors
  if (mistake) throw new Error(`${path}: ${mistake.message}`)
  const settings = (document.toJS() ?? {}) as Record<string, unknown>
  const saidOf = ({ plural }: WantedList) => settings[plural] ?? []
  const others = lists.filter((list) => !isDeepStrictEqual(saidOf(list), list.items))
  if (isThere && others.length === 0) return 'unchanged'
  const isLost = others.some((list) => !isDeepStrictEqual(saidOf(list), []))
  if (isLost && !force) return 'exists'
  for (const { plural, items } of others) document.set(plural, document.createNode(items))
  writeFileSync(path, document.toString({ lineWidth: 0 }))
  return 'written'
}
