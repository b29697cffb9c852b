import { z } from 'zod'
import { idSchema } from '../../sources/definition.ts'

export const GUARD_KINDS = ['arguments', 'rate', 'totp'] as const
export type GuardKind = (typeof GUARD_KINDS)[number]

/** What a rate can be counted for; each named one has a budget of its own. */
export const RATE_KEYS = ['caller', 'server', 'source', 'entry'] as const
export type RateKey = (typeof RATE_KEYS)[number]

const filter = z.string().min(1).max(2_048)
const message = z.string().min(1).max(300)
const seconds = z.number().int().min(1)

/** Texts of filters and patterns are checked when the guard is compiled, to report their place. */
const common = {
  description: z.string().max(1_024).optional(),
  what: filter.meta({
    description: 'A filter over entries: what stands behind the guard; true is every entry.',
    example: "'shell' in tags",
  }),
  who: filter.default('true').meta({
    description: 'An expression over caller.*: whom it stops; true is everybody.',
    example: "'agents' in caller.groups",
  }),
  server: z
    .union([idSchema.transform((id) => [id]), z.array(idSchema).min(1).max(1_000)])
    .optional()
    .meta({ description: 'The servers it stands on; all of them when absent.' }),
  status: z.enum(['active', 'off']).default('active').meta({
    description: 'off lets every call pass, without forgetting the guard.',
  }),
}

const deny = z.strictObject({
  pattern: z.string().min(1).max(256).meta({
    description: 'A regular expression (RE2) that no text of the arguments may have.',
    example: 'rm\\s+-rf',
  }),
  path: z.string().min(1).max(2_048).optional().meta({
    description: 'A JSONPath from the arguments; every text among them when absent.',
    example: '$.command',
  }),
  message: message.optional().meta({ description: 'What the caller is told.' }),
})

const argumentFields = {
  kind: z.literal('arguments'),
  ...common,
  max_chars: z.number().int().min(2).max(10_000_000).optional().meta({
    description: 'Characters the arguments may have as JSON.',
  }),
  max_bytes: z.number().int().min(2).max(10_000_000).optional().meta({
    description: 'Bytes the arguments may have as JSON in UTF-8.',
  }),
  deny: z.array(deny).min(1).max(32).optional(),
  condition: filter.optional().meta({
    description: 'An expression over arguments, entry and caller that must be true of a call.',
    example: "arguments.path =~ '^/srv/' || 'ops' in caller.groups",
  }),
  message: message.optional().meta({
    description: 'What the caller is told when condition is not met.',
  }),
}

const rateFields = {
  kind: z.literal('rate'),
  ...common,
  limit: z.number().int().min(1).max(1_000_000),
  per_seconds: z.number().min(0.1).max(86_400).default(60).meta({
    description: 'In how many seconds as many as limit become free again, one after the other.',
  }),
  burst: z.number().int().min(1).max(1_000_000).optional().meta({
    description: 'How many may come at once after a pause; as many as limit when absent.',
  }),
  per: z.array(z.enum(RATE_KEYS)).max(RATE_KEYS.length).default(['caller']).meta({
    description: 'What has a budget of its own; with [] there is one budget for everything.',
  }),
  counts: z.enum(['calls', 'requests']).default('calls').meta({
    description:
      'calls: what is run, refused with isError. requests: every HTTP request to the MCP endpoint, refused with 429 and Retry-After.',
  }),
}

const totpFields = {
  kind: z.literal('totp'),
  ...common,
  secret: z
    .string()
    .regex(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/, 'A reference to a declared secret, such as ${TOTP}.')
    .meta({
      description: 'A reference to the secret, in base32; never the secret itself.',
      example: '${TOTP_SHELL}',
    }),
  timeout_seconds: seconds.max(604_800).default(7_200).meta({
    description: 'Locks again when nothing of it was called for so long.',
  }),
  max_failures: z.number().int().min(1).max(100).default(5).meta({
    description: 'Wrong codes in a row after which a caller is locked out, in all sessions.',
  }),
  lockout_seconds: seconds.max(604_800).default(3_600).meta({
    description: 'For how long a caller is locked out.',
  }),
}

type Shape = z.core.$ZodShape

/** A definition of any kind, with more fields besides. */
function guardWith<T extends Shape>(more: T) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ ...more, ...argumentFields }),
    z.strictObject({ ...more, ...rateFields }),
    z.strictObject({ ...more, ...totpFields }),
  ])
}

export const guardDefinition = guardWith({})

/** What would be stored without a meaning is refused. */
export const guardInput = guardWith({ id: idSchema.optional() })
  .superRefine((guard, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (guard.kind === 'arguments' && !LIMITING.some((field) => guard[field] !== undefined)) {
      refuse('kind', `It would stop nothing: give it one of ${LIMITING.join(', ')}.`)
    }
    if (guard.kind !== 'rate' || guard.counts !== 'requests') return
    if (guard.what.trim() !== 'true') {
      refuse('what', 'A request is not about one entry: what must be true, and server says where.')
    }
    if (guard.per.some((key) => key === 'source' || key === 'entry')) {
      refuse('per', 'A request is not about one entry: it is counted per caller and server.')
    }
  })
  .meta({ id: 'GuardInput' })

const LIMITING = ['max_chars', 'max_bytes', 'deny', 'condition'] as const

export type GuardDefinition = z.output<typeof guardDefinition>
export type ArgumentsDefinition = Extract<GuardDefinition, { kind: 'arguments' }>
export type RateDefinition = Extract<GuardDefinition, { kind: 'rate' }>
export type TotpDefinition = Extract<GuardDefinition, { kind: 'totp' }>
