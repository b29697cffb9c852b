import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Document, parseDocument } from 'yaml'
import { policyDefinition } from '../../access/policies/definition.ts'
import { shortened } from '../rules/written.ts'
import type { RunningPolicy } from './running.ts'

export type Written = 'written' | 'unchanged' | 'exists' | 'unusable'

/**
 * Puts policies into a configuration file, whose other settings stay as they are. Other policies
 * that it has are written over only with `force`.
 *
 * @throws {Error} for a file that is no YAML.
 */
export function writePolicies(
  path: string,
  policies: readonly RunningPolicy[],
  force: boolean,
): Written {
  const wanted = policies.map(({ id, definition }) => definition && { id, ...brief(definition) })
  // What is stored is not known here; a file without it would pass for all there is.
  if (wanted.includes(undefined)) return 'unusable'
  const isThere = existsSync(path)
  const document = isThere ? parseDocument(readFileSync(path, 'utf8')) : new Document({})
  const [mistake] = document.errors
  if (mistake) throw new Error(`${path}: ${mistake.message}`)
  const settings = (document.toJS() ?? {}) as Record<string, unknown>
  const before = settings.policies ?? []
  if (isThere && isDeepStrictEqual(before, wanted)) return 'unchanged'
  if (!isDeepStrictEqual(before, []) && !force) return 'exists'
  document.set('policies', document.createNode(wanted))
  writeFileSync(path, document.toString({ lineWidth: 0 }))
  return 'written'
}

/** Without what is the default anyway. */
function brief(definition: object): Record<string, unknown> {
  return shortened(definition, (fields) => policyDefinition.safeParse(fields).data)
}
