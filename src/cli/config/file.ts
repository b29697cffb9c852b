import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import type { Put } from '../../access/definitions/definitions.ts'
import type { GuardDefinition } from '../../access/guards/definition.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { errorItems } from '../../catalog/verbs.ts'
import { settingsSchema } from '../../config/settings.ts'
import type { ErrorItem } from '../../errors/facet-error.ts'

/** A configuration file as it was read: its policies and guards, or what is wrong with any of it. */
export interface ConfigFile {
  readonly file: string
  readonly policies: readonly Put<PolicyDefinition>[]
  readonly guards: readonly Put<GuardDefinition>[]
  readonly errors: readonly ErrorItem[]
}

/**
 * Reads the policies and guards of a configuration file. The whole file has to be right, as at a
 * start; the environment and the flags of a start are not looked at.
 *
 * @throws {Error} for a file that cannot be read.
 */
export function readConfigFile(path: string): ConfigFile {
  const file = basename(path)
  const wrong = (errors: readonly ErrorItem[]) => ({ file, policies: [], guards: [], errors })
  let settings: unknown
  try {
    settings = parse(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    return wrong([{ path: file, message: error.message }])
  }
  const parsed = settingsSchema.safeParse(settings)
  if (parsed.success) {
    const { policies, guards } = parsed.data
    return { file, policies, guards, errors: [] }
  }
  return wrong(
    errorItems(parsed.error).map((item) => ({
      ...item,
      path: item.path === '' ? file : `${file}: ${item.path}`,
    })),
  )
}
