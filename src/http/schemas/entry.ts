import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { flagParam } from './common.ts'

const jsonObject = z.record(z.string(), z.unknown())

export const entrySchema = z
  .object({
    id: z.string(),
    type: z.enum(ENTRY_TYPES),
    name: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    tags: z.array(z.string()),
    upstream_tags: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Those of `tags` that the upstream declares.' }),
    source: z.string(),
    federated: z.boolean(),
    enabled: z.boolean(),
    deprecated: z.boolean(),
    owner: z.string().nullable(),
    roles: z.array(z.string()),
    inputSchema: jsonObject.optional(),
    outputSchema: jsonObject.optional(),
    annotations: jsonObject.optional(),
    arguments: z.array(jsonObject).optional(),
    uri: z.string().optional(),
    uriTemplate: z.string().optional(),
    mimeType: z.string().optional(),
    meta: jsonObject,
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Entry', description: 'A tool, prompt, resource or resource template' })

export const listQuery = z.object({
  tag: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'Repeat it, or separate tags with commas.' }),
  match: z.enum(['all', 'any']).default('all').openapi({ description: 'Of the tags.' }),
  source: z.string().optional(),
  q: z.string().max(256).optional().openapi({
    description: 'Words that all occur in the name, title, description or tags.',
  }),
  enabled: flagParam,
  filter: z.string().max(8192).optional().openapi({
    description: 'A filter in either language; together with the other parameters.',
  }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(8192).optional(),
})

/** One page of entries under the noun they are listed by. */
export function pageSchema(noun: string) {
  return z.object({
    [noun]: z.array(entrySchema),
    next_cursor: z.string().optional(),
  })
}
