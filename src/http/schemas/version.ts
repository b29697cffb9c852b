import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'

const count = z.number().int()

export const authorSchema = z
  .object({ id: z.string(), kind: z.string() })
  .openapi({ description: 'A caller of the API, or a file of the rules directory (kind file)' })

export const versionSchema = z
  .object({
    version: count,
    author: authorSchema,
    created_at: z.string(),
    changes: z
      .object({
        fields: z.array(z.string()),
        rules: z.object({
          added: count,
          removed: count,
          changed: count,
          reordered: z.boolean(),
        }),
      })
      .nullable()
      .openapi({ description: 'What it changed; null for the first version that is known' }),
  })
  .meta({ id: 'ServerVersion' })

const value = z.unknown().optional()

export const changesSchema = z.array(z.object({ field: z.string(), before: value, after: value }))

const ruleAt = z.array(z.object({ index: count, rule: z.unknown() }))
const entryRefs = z.array(
  z.object({
    id: z.string(),
    type: z.enum(ENTRY_TYPES),
    name: z.string(),
    source: z.string(),
  }),
)

export const comparisonSchema = z
  .object({
    from: count,
    to: count,
    fields: changesSchema,
    rules: z.object({
      added: ruleAt,
      removed: ruleAt,
      changed: z.array(z.object({ from_index: count, to_index: count, changes: changesSchema })),
      reordered: z.boolean(),
    }),
    entries: z
      .object({ gained: entryRefs, lost: entryRefs })
      .nullable()
      .openapi({ description: 'By the catalog as it is now; null when that cannot be told' }),
    entries_problem: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'VersionComparison' })
