import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'

const index = z.number().int()

const read = z.object({
  path: z.string(),
  value: z.string().openapi({ description: 'As filters write it, cut where it is long' }),
})

/** One part of a filter; parts of parts have the same form. */
export const clause = z
  .object({
    kind: z.string(),
    source: z.string(),
    span: z.object({ start: index, end: index }),
    value: z.enum(['true', 'false', 'undecided', 'exhausted', 'subject']),
    reads: z.array(read).optional(),
    get clauses(): z.ZodOptional<z.ZodArray<z.ZodTypeAny>> {
      return z.array(clause).optional()
    },
    get elements(): z.ZodOptional<z.ZodArray<z.ZodTypeAny>> {
      return z.array(clause).optional().openapi({
        description: 'Parts of a test of elements, each true when some element fits that part',
      })
    },
    cut: z.literal(true).optional(),
  })
  .meta({ id: 'Clause' })

const rule = z.object({
  index,
  mode: z.string(),
  effect: z.enum(['include', 'exclude']),
  include_federated: z.boolean(),
  filter: z.string().optional(),
  language: z.string().optional(),
  verdict: z.enum(['match', 'no_match', 'undecided', 'exhausted', 'subject']).optional(),
  matched: z.boolean(),
  takes: z.boolean().openapi({ description: 'Whether it takes the entry in, or out' }),
  text: z.string(),
  clause: clause.optional(),
  selection: z
    .object({
      chosen: z.boolean(),
      by: z.string().optional(),
      reason: z.string().optional(),
      rank: index.optional(),
    })
    .optional(),
})

const half = z.object({ met: z.boolean(), clause })
const told = half.partial({ clause: true })

const policy = z.object({
  id: z.string(),
  effect: z.enum(['allow', 'deny']),
  who: half,
  what: half,
  applies: z.boolean(),
})

/** What each policy says of a caller and an entry, and why that comes to yes or no. */
export const permitFields = {
  ground: z.enum([
    'unbound',
    'denied',
    'open',
    'server_grant',
    'entry_grant',
    'allowed',
    'not_allowed',
  ]),
  policies: z.array(policy),
  nearest: z.object({ policy: z.string(), missing: z.array(z.enum(['who', 'what'])) }).nullable(),
}

const stage = z
  .object({
    stage: z.enum([
      'enabled',
      'select',
      'review',
      'override',
      'shadow',
      'permit',
      'budget',
      'hide',
      'listed',
    ]),
    passed: z.boolean().nullable().openapi({ description: 'null for a stage not reached' }),
    text: z.string(),
    rules: z.array(rule).optional(),
    by: z
      .union([
        z.object({ id: z.string(), name: z.string(), source: z.string() }),
        z.enum(['max_tools', 'max_tokens']),
      ])
      .optional(),
    override: index.optional().openapi({ description: 'Index of the override about it' }),
    reserved: z.literal(true).optional(),
    depends: z.literal(true).optional().openapi({ description: 'It depends on who asks' }),
    ...z.object(permitFields).partial().shape,
    policies: z.array(policy.extend({ who: told })).optional(),
    state: z.enum(['pending', 'rejected']).optional(),
    reason: z.enum(['new', 'changed', 'name']).optional(),
    rank: index.optional(),
    of: index.optional(),
    tokens: index.optional(),
  })
  .meta({ id: 'ExplainStage' })

export const explanationSchema = z
  .object({
    server: z.string().nullable(),
    status: z.enum(['active', 'draft', 'unsaved']),
    entry: z.object({
      id: z.string(),
      type: z.enum(ENTRY_TYPES),
      name: z.string(),
      title: z.string().optional(),
      uri: z.string().optional(),
      source: z.string(),
      federated: z.boolean(),
    }),
    in: z.boolean(),
    name: z.string().nullable(),
    served: z.boolean(),
    caller: z
      .object({ id: z.string(), roles: z.array(z.string()), groups: z.array(z.string()) })
      .nullable()
      .openapi({ description: 'Whose view it is; null for whoever may use everything' }),
    summary: z.string(),
    stages: z.array(stage),
    nearest: z
      .object({
        rule: index.nullable(),
        excluded_by: z.array(index),
        changes: z.array(
          z.object({
            on: z.enum(['entry', 'rule', 'server', 'catalog', 'policy']),
            text: z.string(),
            rule: index.optional(),
            clause: z.string().optional(),
          }),
        ),
        enough: z.boolean().nullable(),
      })
      .nullable(),
    guards: z
      .array(
        z.object({
          id: z.string(),
          kind: z.string(),
          text: z.string().openapi({ description: 'What it asks of a call, for people' }),
          depends: z
            .literal(true)
            .optional()
            .openapi({ description: 'It stops only some callers' }),
        }),
      )
      .optional()
      .openapi({
        description: 'Guards that would look at a call, none of them run; for administrators only',
      }),
    others: z.array(z.object({ id: z.string(), source: z.string() })),
  })
  .meta({ id: 'Explanation' })
