import { z } from '@hono/zod-openapi'
import { serverDefinition } from '../../dynamic/definition.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { entrySchema } from './entry.ts'
import { previewSelection } from './selection.ts'

export const serverSchema = z
  .object({
    id: z.string(),
    ...serverDefinition.shape,
    origin: z.enum(['rest', 'cli', 'config', 'file', 'builtin']),
    health: z.enum(['ok', 'degraded']),
    degraded: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        rule: z.number().int().optional(),
        override: z.number().int().optional(),
      }),
    ),
    review: z.object({ pending: z.number().int(), held: z.number().int() }).nullable().openapi({
      description:
        'Entries that wait for a decision, and those of them that were approved before they changed; null without review, or while it is not known',
    }),
    mcp_path: z.string(),
    version: z.number().int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'DynamicServer' })

const ref = { id: z.string(), type: z.enum(ENTRY_TYPES), name: z.string(), source: z.string() }

/** What an override changed on an entry. */
const overridden = z
  .object({
    override: z.number().int().openapi({ description: 'Index of the override' }),
    name: z.string().openapi({ description: 'The name the entry has at its source' }),
    fields: z.array(z.enum(['name', 'title', 'description'])),
    fixed: z.array(z.string()).openapi({ description: 'Arguments with a fixed value' }),
    hidden: z.array(z.string()),
  })
  .meta({ id: 'Overridden' })

const previewEntry = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    tags: z.array(z.string()),
    source: z.string(),
    uri: z.string().optional(),
    uriTemplate: z.string().optional(),
    matched_by: z.array(z.number().int()),
    overridden: overridden.optional(),
  })
  .meta({ id: 'PreviewEntry' })

/** Members that are left out, because their override does not fit them as they are. */
const unfit = z.array(
  z.object({
    ...ref,
    override: z.number().int().openapi({ description: 'Index of the override' }),
    message: z.string(),
  }),
)

const shadowed = z.array(
  z.object({
    ...ref,
    by: z.string().openapi({
      description: 'Id of the entry shown instead, or the name of a tool of the server itself',
    }),
  }),
)

const trimmed = z.array(
  z.object({
    ...ref,
    rank: z.number().int().openapi({ description: 'Position among the tools, from 1' }),
    tokens: z.number().int(),
    by: z.enum(['max_tools', 'max_tokens']),
  }),
)

const withheld = z.array(
  z.object({
    ...ref,
    state: z.enum(['pending', 'rejected']),
    reason: z.enum(['new', 'changed', 'name']),
    held: z.boolean().openapi({ description: 'Whether it was approved before it changed' }),
    kept: z.boolean().openapi({ description: 'Whether clients see it as it was approved' }),
  }),
)

const previews = z.array(previewEntry)
const count = z.number().int()

const countsByNoun = z.object({
  tools: count,
  prompts: count,
  resources: count,
  resource_templates: count,
})

export const previewSchema = z
  .object({
    tools: previews,
    prompts: previews,
    resources: previews,
    resource_templates: previews,
    counts: countsByNoun,
    estimated_tokens: count,
    rules: z.array(
      z.object({
        index: count,
        matched: count,
        only_here: count,
        flags: z.array(z.string()),
        selection: previewSelection.optional(),
      }),
    ),
    unfit,
    withheld: withheld.openapi({ description: 'Members that would wait, or were rejected' }),
    shadowed,
    trimmed,
    left_out: z
      .object({ unfit: count, withheld: count, shadowed: count, trimmed: count })
      .openapi({ description: 'How many there are of each of these' }),
    warnings: z.array(
      z.object({
        code: z.string(),
        rule: count.optional(),
        override: count.optional(),
        message: z.string(),
      }),
    ),
    caller: z
      .object({ id: z.string(), not_permitted: countsByNoun, hidden: countsByNoun })
      .optional()
      .openapi({ description: 'Through whose eyes the lists are, and what they leave out' }),
    diff: z
      .object({
        added: z.array(z.object(ref)),
        removed: z.array(z.object(ref)),
        counts: z.object({ added: count, removed: count }),
      })
      .optional(),
  })
  .meta({ id: 'Preview' })

const entries = z.array(entrySchema)

export const catalogSchema = z
  .object({
    server: z.string(),
    tools: entries,
    prompts: entries,
    resources: entries,
    resource_templates: entries,
    unfit,
    shadowed,
    trimmed,
    ttl_ms: z.number().int().openapi({ description: 'Rest of a freeze; 0 when live' }),
  })
  .meta({ id: 'ServerCatalog' })
