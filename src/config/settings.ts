import { z } from 'zod'
import { configuredDefinitions } from '../access/definitions/configured.ts'
import { eventSettings } from '../access/events/settings.ts'
import { checkGuard, checkSecret } from '../access/guards/write-guards.ts'
import { checkPolicy } from '../access/policies/write-policies.ts'
import { authSettings } from '../access/tokens/settings.ts'
import { FacetError } from '../errors/facet-error.ts'
import { embeddingsProfile, modelProfiles } from '../selection/providers/profile.ts'
import { configuredSource } from '../sources/definition.ts'
import { createSecrets, secretDeclaration } from '../sources/secrets.ts'

const list = z.array(z.string().min(1)).default([])

/**
 * Every setting. A scalar or a list of texts is also an environment variable, `FACET_` and the
 * key in capitals (lists with commas), and a flag, with dashes. docs/reference/config.md is
 * compared with this table by a test.
 */
const fields = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8420)
    .describe('Port to listen on; 0 picks a free one and logs it.'),
  database: z
    .string()
    .min(1)
    .default('data/facet.db')
    .describe('SQLite file, made when missing; `:memory:` keeps nothing.'),
  rules: z
    .string()
    .min(1)
    .default('rules')
    .describe('Directory of dynamic servers as YAML files, watched for changes.'),
  admin_token: z
    .string()
    .min(1)
    .optional()
    .describe('Credential of the administrator; needed to listen beyond loopback.'),
  log_level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least level that is logged.'),
  log_format: z
    .enum(['json', 'pretty'])
    .optional()
    .describe('Form of log lines; by default pretty on a terminal, else json.'),
  public_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address clients reach the service at, when it is not the one it listens on.'),
  allowed_hosts: list.describe('Names accepted in the Host header, besides the own ones.'),
  allowed_origins: list.describe('Origins of web pages that may call the service.'),
  http_allowed_hosts: list.describe(
    'Hosts, or host:port, that may be called although they are private: by tools posted by hand, and to sign in at upstreams.',
  ),
  allow_stdio_over_rest: z
    .boolean()
    .default(false)
    .describe('Whether POST /sources may name a command to run.'),
  poll_seconds: z
    .number()
    .int()
    .min(5)
    .max(86_400)
    .default(300)
    .describe('How often each source is listed again, in case a change was not announced.'),
  secrets_dir: z.string().min(1).optional().describe('Directory below which secret files are.'),
  secrets: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), secretDeclaration)
    .default({})
    .describe('Secrets that sources and handlers may refer to, and where each may go.'),
  sources: z
    .array(configuredSource)
    .refine((sources) => new Set(sources.map(({ id }) => id)).size === sources.length, {
      error: 'Two sources have the same id.',
    })
    .default([])
    .describe('Upstream servers, as in POST /sources; commands are allowed here.'),
  policies: configuredDefinitions('policies', checkPolicy).describe(
    'Who may do what, as in POST /policies, each with an id.',
  ),
  guards: configuredDefinitions('guards', checkGuard).describe(
    'What stands before calls, as in POST /guards, each with an id.',
  ),
  auth: authSettings.describe('Issuers of tokens and reverse proxies whose word lets callers in.'),
  events: eventSettings.describe(
    'What is recorded of decisions and calls, where, and for how long.',
  ),
  models: modelProfiles.describe(
    'Models that rules of mode llm may ask; the first is the default.',
  ),
  embeddings: embeddingsProfile
    .optional()
    .describe('Model that turns texts into vectors, for search by meaning.'),
})

export const settingsSchema = fields.superRefine(refuseUnknownSecrets)

export type Settings = z.output<typeof settingsSchema>
export type SettingKey = keyof Settings

/** A guard of the file may use what one that is posted may use. */
function refuseUnknownSecrets(
  { secrets, guards }: z.output<typeof fields>,
  context: z.RefinementCtx,
): void {
  const declared = createSecrets({ declared: secrets, environment: {} })
  for (const [i, { definition }] of guards.entries()) {
    try {
      checkSecret(definition, declared)
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      const { code, message } = error
      const path = ['guards', i, 'secret']
      context.addIssue({ code: 'custom', path, message, params: { code } })
    }
  }
}

/** Settings that only the file can hold. */
export const FILE_ONLY: readonly SettingKey[] = [
  'secrets',
  'sources',
  'policies',
  'guards',
  'auth',
  'events',
  'models',
  'embeddings',
]

/** The environment variable of a setting. */
export function variableOf(key: SettingKey): string {
  return `FACET_${key.toUpperCase()}`
}
