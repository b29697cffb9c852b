import { z } from 'zod'
import { grantFields } from '../access/policies/grants.ts'
import { ENTRY_TYPES } from '../rules/fields.ts'
import { idSchema } from '../sources/definition.ts'
import { overridesSchema } from './overrides/definition.ts'

/** Ids that are addresses or built in. */
export const RESERVED_SERVER_IDS: readonly string[] = ['all', 'preview']

export const MAX_RULES = 200

/** Names that outrank a model, so they are the names a source uses. */
const names = z.array(z.string().min(1).max(2048)).max(1_000)

/** Fields that belong to one mode. */
const ONLY = {
  llm: ['llm_prompt', 'prompt', 'llm_provider', 'always', 'never'],
  semantic: ['query', 'k'],
} as const

/**
 * One question over the catalog. The text of a filter is checked when the rule is compiled, so
 * that a mistake is reported with its position.
 */
export const ruleSchema = z
  .strictObject({
    type: z.enum(ENTRY_TYPES),
    mode: z.enum(['rule', 'llm', 'semantic']).default('rule'),
    effect: z.enum(['include', 'exclude']).default('include'),
    filter: z.string().optional().meta({ example: "$.tags[?(@ == 'finance')]" }),
    language: z
      .string()
      .optional()
      .meta({ description: 'jsonpath or expression; by default told by a leading $.' }),
    include_federated: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether an include rule also takes entries of upstreams.' }),
    llm_prompt: z.string().min(1).max(4_000).optional(),
    prompt: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .meta({ description: 'The same as llm_prompt.' }),
    llm_provider: idSchema.optional().meta({
      description: 'Id of a model of the configuration, or its kind; else the first one.',
    }),
    always: names.optional(),
    never: names.optional(),
    query: z.string().trim().min(1).max(1_000).optional(),
    k: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'How many entries a rule of mode semantic takes; 20 by default.' }),
  })
  .superRefine((rule, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    for (const [mode, fields] of Object.entries(ONLY)) {
      if (rule.mode === mode) continue
      for (const field of fields) {
        if (rule[field] !== undefined) refuse(field, `Only rules of mode ${mode} have this.`)
      }
    }
    if (rule.mode === 'rule') {
      if (rule.filter === undefined) refuse('filter', 'A rule of mode rule needs a filter.')
    } else if (rule.mode === 'semantic') {
      if (rule.query === undefined) refuse('query', 'A rule of mode semantic needs a query.')
    } else if (rule.llm_prompt === undefined && rule.prompt === undefined) {
      refuse('llm_prompt', 'A rule of mode llm needs llm_prompt.')
    } else if (rule.llm_prompt && rule.prompt && rule.llm_prompt !== rule.prompt) {
      refuse('prompt', 'prompt and llm_prompt are the same field; they say different things.')
    }
  })
  .transform(({ prompt, ...rule }) => ({
    ...rule,
    ...(prompt === undefined ? {} : { llm_prompt: rule.llm_prompt ?? prompt }),
    ...(rule.mode === 'semantic' ? { k: rule.k ?? 20 } : {}),
  }))

export const rulesSchema = z.array(ruleSchema).max(MAX_RULES)

const fields = {
  name: z.string().trim().min(1).max(256),
  description: z.string().max(4_096).optional(),
  instructions: z
    .string()
    .max(16_384)
    .optional()
    .meta({ description: 'Told to MCP clients when they connect.' }),
  status: z.enum(['active', 'draft']).default('active'),
  cache_ttl: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(0)
    .meta({ description: 'Seconds the membership is frozen for; 0 is always live.' }),
  naming: z
    .enum(['plain', 'prefixed'])
    .default('plain')
    .meta({ description: 'prefixed: names are {source}_{name}.' }),
  exposure: z
    .enum(['direct', 'search'])
    .default('direct')
    .meta({ description: 'search: lists tools to search by and those pinned, not every tool.' }),
  pinned: z.array(z.string().min(1).max(2048)).max(200).default([]).meta({
    description: 'Names of tools that are listed with exposure search, as clients see them.',
  }),
  search_aliases: z
    .array(z.enum(['gateway', 'proxy']))
    .max(2)
    .default([])
    .meta({
      description:
        'More tools with exposure search, for clients that know them. gateway: list_servers, get_server_tools, execute_tool. proxy: proxy__tools, proxy__run.',
    }),
  anonymous: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether clients without a credential may use the server.' }),
  allow_query_key: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether an API key may be in the address: /mcp?api_key=…' }),
  required_scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'This is no scope.'))
    .max(20)
    .default([])
    .meta({ description: 'Scopes that access tokens must have to use the server.' }),
  access: z.enum(['open', 'policy']).default('policy').meta({
    description:
      'policy: callers see what policies, owner, roles and shares allow. open: they see everything that no policy denies. New servers are open only while there is no credential at all.',
  }),
  ...grantFields,
  admission: z
    .enum(['auto', 'review'])
    .default('auto')
    .meta({ description: 'review: entries that newly match wait until they are approved.' }),
  on_change: z.enum(['hold', 'keep']).default('hold').meta({
    description:
      'Under review, what becomes of a member whose definition changed: it leaves (hold), or is shown as it was approved (keep).',
  }),
  overrides: overridesSchema.default([]).meta({
    description: 'How entries are shown; what filters of rules see of them stays as it is.',
  }),
  max_tools: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: 'Most tools listed; those ranked last are left out and reported.' }),
  max_tokens: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: 'Most estimated tokens the listed tools may take.' }),
  rules: rulesSchema.default([]),
}

export const serverInput = z.strictObject({ id: idSchema.optional(), ...fields }).meta({
  id: 'DynamicServerInput',
})

/** A dynamic server as written, with every default filled in. */
export const serverDefinition = z.strictObject(fields)

export type Rule = z.output<typeof ruleSchema>
export type ServerInput = z.output<typeof serverInput>
export type ServerDefinition = z.output<typeof serverDefinition>
