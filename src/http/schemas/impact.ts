import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { flagParam } from './common.ts'
import { entrySchema } from './entry.ts'

const count = z.number().int()

const shown = z
  .array(
    z.object({ id: z.string(), type: z.enum(ENTRY_TYPES), name: z.string(), source: z.string() }),
  )
  .openapi({ description: 'The first 100; `counts` has the number of all.' })

export const impactSchema = z
  .object({
    servers: z.array(
      z.object({
        server: z.string(),
        gains: shown,
        loses: shown,
        changes: shown,
        counts: z.object({ gains: count, loses: count, changes: count }),
        tokens: z
          .object({ before: count, after: count, difference: count })
          .openapi({ description: 'Estimated tokens of the tools listed' }),
        assumed: z.array(count).optional().openapi({
          description: 'Rules that ask a model, taken to answer as they do now',
        }),
        may_ask: z
          .array(z.object({ rule: count, count, entries: shown }))
          .optional()
          .openapi({ description: 'Entries that models may be asked about; the first 20 of each' }),
      }),
    ),
    unaffected: count.openapi({ description: 'Active servers that would show no difference' }),
    failed: z.array(z.object({ server: z.string(), code: z.string() })),
  })
  .meta({ id: 'Impact', description: 'What a write would change on every active server' })

export const dryRunQuery = z.object({
  dry_run: flagParam.openapi({
    description: 'Write nothing; answer with the impact on every active server.',
  }),
})

/** The answer of a dry run of a write of one entry. */
export const entryDryRun = z
  .object({
    dry_run: z.literal(true),
    entry: entrySchema.openapi({
      description: 'The entry as it would be; of a deletion, as it is. A new id is provisional.',
    }),
    impact: impactSchema,
  })
  .meta({ id: 'EntryDryRun' })
