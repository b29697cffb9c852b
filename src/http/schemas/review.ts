import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { authorSchema, changesSchema } from './version.ts'

const definition = z.record(z.string(), z.unknown())

export const pendingSchema = z
  .object({
    id: z.string(),
    type: z.enum(ENTRY_TYPES),
    name: z.string(),
    source: z.string(),
    federated: z.boolean(),
    state: z.enum(['pending', 'rejected']),
    reason: z
      .enum(['new', 'changed', 'name'])
      .optional()
      .openapi({ description: 'Why it waits; absent for what was rejected' }),
    replaces: z
      .string()
      .optional()
      .openapi({ description: 'Id of the entry that its name means until it is approved' }),
    held: z.boolean().openapi({ description: 'Whether it was approved before it changed' }),
    hash: z.string().openapi({ description: 'Of the definition; send it along with a decision' }),
    definition,
    decided: z
      .object({
        state: z.enum(['approved', 'rejected']),
        by: authorSchema,
        at: z.string(),
        definition,
      })
      .optional()
      .openapi({ description: 'The last decision, and what it was about' }),
    changes: changesSchema.openapi({ description: 'What changed since that decision' }),
  })
  .meta({ id: 'PendingEntry' })

export const decidedSchema = z.object({
  state: z.enum(['approved', 'rejected']),
  count: z.number().int(),
  entries: z.array(z.string()).openapi({ description: 'Ids of the entries decided about' }),
})
