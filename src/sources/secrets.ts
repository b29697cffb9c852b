import { readFileSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { FacetError } from '../errors/facet-error.ts'

/**
 * A secret the administrator lets sources and handlers use. Exactly one of `env` (a variable of
 * Facet's environment) and `file` (a path below `secrets_dir`) says where its value is.
 */
export const secretDeclaration = z
  .strictObject({
    env: z.string().min(1).optional(),
    file: z.string().min(1).optional(),
    hosts: z
      .array(z.string().min(1))
      .default([])
      .meta({ description: 'Hosts the value may be sent to, each `host` or `host:port`.' }),
    stdio: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether commands may get it in their environment.' }),
    guards: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether guards may check one-time codes with it.' }),
  })
  .refine((secret) => (secret.env === undefined) !== (secret.file === undefined), {
    error: 'Say where the value is: either env or file.',
  })

export type SecretDeclaration = z.output<typeof secretDeclaration>

/** Where a resolved value is about to go. */
export type Destination =
  | { readonly kind: 'http'; readonly url: URL }
  | { readonly kind: 'stdio' }
  | { readonly kind: 'guard' }

/** Who wrote the text with the references: only the configuration file is trusted with any variable. */
export type Author = 'config' | 'rest'

export interface Secrets {
  /**
   * Refuses references that could never be resolved, when they are written.
   *
   * @throws {FacetError} `unknown_secret` with the path of each bad reference.
   */
  check(values: Readonly<Record<string, string>>, author: Author, to: Destination, at: string): void
  /**
   * Replaces `${NAME}` by values, at the moment of connecting.
   *
   * @throws {FacetError} `source_unavailable` when a value is missing or may not go there.
   */
  resolve(
    values: Readonly<Record<string, string>>,
    author: Author,
    to: Destination,
  ): Record<string, string>
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/** Headers and variables whose value is a secret, whatever it says. */
const SENSITIVE =
  /(?:authorization|cookie|token|secret|passw|credential|api[-_]?key|apikey|private[-_]?key|access[-_]?key)/i

export interface SecretsOptions {
  readonly declared: Readonly<Record<string, SecretDeclaration>>
  /** Directory below which secret files are; without it `file` cannot be used. */
  readonly directory?: string | undefined
  readonly environment: NodeJS.ProcessEnv
  /** Told of every value, so that it can be kept out of whatever is written. */
  readonly learn?: ((value: string) => void) | undefined
}

export function createSecrets(options: SecretsOptions): Secrets {
  const { declared, environment } = options

  function declarationOf(name: string): SecretDeclaration | undefined {
    return Object.hasOwn(declared, name) ? declared[name] : undefined
  }

  /** Why a reference may not be used for a destination; undefined when it may. */
  function objection(name: string, author: Author, to: Destination): string | undefined {
    const secret = declarationOf(name)
    if (!secret) {
      if (author === 'config') return undefined
      return `No secret ${name} is declared under secrets in the configuration file.`
    }
    if (to.kind === 'stdio') {
      if (secret.stdio || author === 'config') return undefined
      return `Secret ${name} is not declared for commands (stdio: true).`
    }
    if (to.kind === 'guard') {
      return secret.guards ? undefined : `Secret ${name} is not declared for guards (guards: true).`
    }
    if (secret.hosts.some((host) => host === to.url.host || host === to.url.hostname)) {
      return undefined
    }
    return `Secret ${name} may not be sent to ${to.url.host}.`
  }

  function valueNamed(name: string): string {
    const secret = declarationOf(name)
    const variable = secret ? secret.env : name
    const value = variable === undefined ? readSecret(secret!.file!) : environment[variable]
    if (value !== undefined && value !== '') {
      options.learn?.(value)
      return value
    }
    throw new FacetError('source_unavailable', `The value of \${${name}} is not set.`)
  }

  function readSecret(file: string): string {
    if (!options.directory) {
      throw new FacetError('source_unavailable', 'Secret files need secrets_dir to be set.')
    }
    try {
      const directory = realpathSync(options.directory)
      const path = realpathSync(resolve(directory, file))
      // A link may lead out of the directory: what counts is where the file really is.
      if (relative(directory, path).startsWith('..')) throw new Error('outside of secrets_dir')
      return readFileSync(path, 'utf8').trimEnd()
    } catch (cause) {
      const message = `The secret file ${JSON.stringify(file)} cannot be read below secrets_dir.`
      throw new FacetError('source_unavailable', message, { cause })
    }
  }

  // Also those that were not used yet: somebody may know them already.
  for (const name of options.learn ? Object.keys(declared) : []) {
    try {
      valueNamed(name)
    } catch {
      // Whoever needs it is told that it is not set.
    }
  }

  return {
    check(values, author, to, at) {
      const errors = Object.entries(values).flatMap(([key, value]) =>
        [...value.matchAll(REFERENCE)].flatMap(([, name]) => {
          const message = objection(name!, author, to)
          return message ? [{ path: `${at}.${key}`, message }] : []
        }),
      )
      if (errors.length === 0) return refuseLiterals(values, author, at)
      throw new FacetError('unknown_secret', errors[0]!.message, { errors })
    },
    resolve(values, author, to) {
      return Object.fromEntries(
        Object.entries(values).map(([key, value]) => {
          const resolved = value.replaceAll(REFERENCE, (_, name: string) => {
            const message = objection(name, author, to)
            if (message) throw new FacetError('source_unavailable', message)
            return valueNamed(name)
          })
          // The configuration file may hold a secret itself.
          if (SENSITIVE.test(key)) options.learn?.(resolved.replace(/^(?:bearer|basic) +/i, ''))
          return [key, resolved]
        }),
      )
    },
  }
}

/** Over REST a secret is never written out: it would be stored, and shown to the next reader. */
function refuseLiterals(
  values: Readonly<Record<string, string>>,
  author: Author,
  at: string,
): void {
  if (author === 'config') return
  const errors = Object.entries(values).flatMap(([key, value]) => {
    if (!SENSITIVE.test(key) || value === '' || /\$\{[A-Za-z_]/.test(value)) return []
    return [{ path: `${at}.${key}`, message: 'Write a reference such as ${API_TOKEN}.' }]
  })
  if (errors.length === 0) return
  throw new FacetError(
    'literal_secret',
    'Secrets are references: declare the value under secrets in the configuration file and write ${NAME}.',
    { errors },
  )
}

/** What of a header or variable may be shown: references are; literal secrets are not. */
export function shownValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const literal = value.replaceAll(REFERENCE, '').trim()
      const bare = literal === '' || /^(?:bearer|basic|token)$/i.test(literal)
      return [key, SENSITIVE.test(key) && !bare ? '[redacted]' : value]
    }),
  )
}
