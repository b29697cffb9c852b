import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { errorItems } from '../../catalog/verbs.ts'
import { settingsSchema } from '../../config/settings.ts'
import type { ErrorItem } from '../../errors/facet-error.ts'

export interface FilePolicy {
  readonly id: string
  readonly definition: PolicyDefinition
}

/** A configuration file as it was read: its policies, or what is wrong with any of it. */
export interface PolicyFile {
  readonly file: string
  readonly policies: readonly FilePolicy[]
  readonly errors: readonly ErrorItem[]
}

/**
 * Reads the policies of a configuration file. The whole file has to be right, as at a start; the
 * environment and the flags of a start are not looked at.
 *
 * @throws {Error} for a file that cannot be read.
 */
export function readPolicyFile(path: string): PolicyFile {
  const file = basename(path)
  const wrong = (errors: readonly ErrorItem[]) => ({ file, policies: [], errors })
  let settings: unknown
  try {
    settings = parse(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    return wrong([{ path: file, message: error.message }])
  }
  const parsed = settingsSchema.safeParse(settings)
  if (parsed.success) return { file, policies: parsed.data.policies, errors: [] }
  return wrong(
    errorItems(parsed.error).map((item) => ({
      ...item,
      path: item.path === '' ? file : `${file}: ${item.path}`,
    })),
  )
}
