import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { flagParam } from './common.ts'

const count = z.number().int()
const refs = z.array(z.object({ id: z.string(), name: z.string() }))
const dollars = z.number().nullable().openapi({ description: 'US dollars; null without prices' })

const WAYS = [
  'always',
  'never',
  'model',
  'rank',
  'unjudged',
  'left_out',
  'refused',
  'earlier',
] as const

const entry = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  matched: z.boolean(),
  by: z.enum(WAYS),
  model_says: z
    .string()
    .optional()
    .openapi({ description: "The model's words: plain text, and its opinion only" }),
  model: z.string().optional(),
  judged_at: z.string().optional(),
  cached: z.boolean().optional().openapi({ description: 'Judged before the last run' }),
  suspicions: z
    .array(z.unknown())
    .optional()
    .openapi({ description: 'Signs that its texts were written for a model' }),
  changed: z
    .object({
      at: z.string(),
      was: z.object({ title: z.string().optional(), description: z.string().optional() }),
    })
    .optional()
    .openapi({ description: 'It was chosen, and then its text changed' }),
  rank: count.optional(),
})

const run = z.object({
  at: z.string(),
  requests: count,
  asked: count,
  input: count,
  output: count,
  cached: count,
  cost: dollars,
  invalid: count,
  seconds: z.number(),
})

export const selectionSchema = z
  .object({
    server: z.string(),
    rules: z.array(
      z.object({
        rule: count,
        mode: z.enum(['llm', 'semantic']),
        type: z.enum(ENTRY_TYPES),
        effect: z.enum(['include', 'exclude']),
        question: z.string(),
        state: z.enum(['cold', 'fresh', 'refreshing', 'stale', 'held', 'over_budget', 'failed']),
        coverage: z.object({ judged: count, of: count }),
        pending: count,
        warnings: z.array(z.object({ code: z.enum(['takes_most']), message: z.string() })),
        error: z
          .object({ kind: z.string(), message: z.string(), at: z.string(), retry_at: z.string() })
          .optional(),
        held: z.object({ drops: refs, adds: refs }).optional(),
        run: run.optional(),
        entries: z.array(entry),
      }),
    ),
    next_cursor: z.string().optional(),
  })
  .meta({ id: 'Selection' })

export const selectionQuery = z.object({
  rule: z.coerce.number().int().min(0).optional().openapi({ description: 'Index of one rule' }),
  matched: flagParam.openapi({ description: 'Only entries the rule matches, or does not' }),
  by: z.enum(WAYS).optional().openapi({ description: 'Only entries that were decided this way' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(8192).optional(),
})

export const rejudgeSchema = z
  .strictObject({
    rule: count.min(0).optional().openapi({ description: 'Index of one rule; else all' }),
    confirm: z
      .boolean()
      .optional()
      .openapi({ description: 'Publish the answer that is held, instead of asking anew' }),
  })
  .meta({ id: 'Rejudge' })

/** What a rule of mode llm or semantic would ask, in a preview. */
export const previewSelection = z.object({
  candidates: count,
  unjudged: count,
  asked: z.boolean().openapi({ description: 'Whether the model was asked for this preview' }),
  ranking: z
    .array(z.string())
    .optional()
    .openapi({ description: 'Ids of what a semantic rule takes, nearest first' }),
  reasons: z
    .array(z.object({ id: z.string(), name: z.string(), model_says: z.string() }))
    .optional()
    .openapi({
      description: 'Of the first 100 the model chose: its words, plain text and its opinion only',
    }),
  would_ask: z
    .object({
      entries: count,
      requests: count,
      input_tokens: count,
      output_tokens: count,
      cost: dollars,
      left_today: count,
      triage: z.boolean().openapi({ description: 'More than one run may ask about' }),
    })
    .optional(),
})
