import { existsSync, readFileSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import type { z } from 'zod'
import { messageOf } from '../errors/facet-error.ts'
import {
  FILE_ONLY,
  type SettingKey,
  type Settings,
  settingsSchema,
  variableOf,
} from './settings.ts'

/** The configuration cannot be used; each line says where and why. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export interface LoadOptions {
  readonly environment: NodeJS.ProcessEnv
  /** From the command line, by setting key. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** The configuration file; by default FACET_CONFIG, else facet.yaml when it exists. */
  readonly file?: string | undefined
}

export interface Loaded {
  readonly settings: Settings
  readonly file: string | undefined
  readonly warnings: readonly string[]
}

const DEFAULT_FILE = 'facet.yaml'

/**
 * Reads the settings: the file, over it the environment, over that the flags.
 *
 * @throws {ConfigError} naming the file and path, the variable or the flag of everything wrong.
 */
export function loadSettings(options: LoadOptions): Loaded {
  const { environment, flags = {} } = options
  const chosen = options.file ?? environment.FACET_CONFIG
  const file = chosen ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
  const fromFile = file === undefined ? {} : readFile(file)
  const { values: fromEnvironment, warnings } = readEnvironment(environment)
  const merged = { ...fromFile, ...fromEnvironment, ...flags }
  const parsed = settingsSchema.safeParse(merged)
  if (parsed.success) return { settings: parsed.data, file, warnings }
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const key = String(issue.path[0] ?? '')
      const place =
        key in flags
          ? `--${key.replaceAll('_', '-')}`
          : key in fromEnvironment
            ? variableOf(key as SettingKey)
            : `${file ?? DEFAULT_FILE}: ${issue.path.join('.') || '(top level)'}`
      return `${place}: ${issue.message}`
    }),
  )
}

function readFile(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([`${file}: ${messageOf(error)}`])
  }
  try {
    const parsed: unknown = parse(text) ?? {}
    if (typeof parsed === 'object' && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>
    }
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new ConfigError([`${file}: ${error.message}`])
  }
  throw new ConfigError([`${file}: Expected settings, key: value.`])
}

function readEnvironment(environment: NodeJS.ProcessEnv): {
  values: Record<string, unknown>
  warnings: string[]
} {
  const values: Record<string, unknown> = {}
  const known = new Set(['FACET_CONFIG', 'FACET_SERVER'])
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    if (FILE_ONLY.includes(key as SettingKey)) continue
    const name = variableOf(key as SettingKey)
    known.add(name).add(`${name}_FILE`)
    const text = environment[name] ?? readSecretFile(environment, name)
    if (text !== undefined && text !== '') values[key] = fromText(text, schema)
  }
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('FACET_') && !known.has(name),
  )
  return { values, warnings: unknown.map((name) => `${name} is not a setting of Facet.`) }
}

/** `FACET_ADMIN_TOKEN_FILE=/run/secrets/token`: the value is what the file holds. */
export function readSecretFile(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = environment[`${name}_FILE`]
  if (!file) return undefined
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    throw new ConfigError([`${name}_FILE: ${messageOf(error)}`])
  }
}

/** Reads a text as the type its setting wants; what does not fit is left for zod to refuse. */
export function fromText(text: string, schema: z.ZodType): unknown {
  if (schema.safeParse([]).success)
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
  if (schema.safeParse(true).success) {
    return text === 'true' || (text === 'false' ? false : text)
  }
  const number = Number(text)
  const wantsNumber = schema.safeParse(60).success && !schema.safeParse('text').success
  return wantsNumber && text.trim() !== '' && !Number.isNaN(number) ? number : text
}
