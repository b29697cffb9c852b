import { z } from '@hono/zod-openapi'
import { policyDefinition } from '../../access/policies/definition.ts'

export const policySchema = z
  .object({
    id: z.string(),
    ...policyDefinition.shape,
    server: z.array(z.string()).optional(),
    origin: z.enum(['rest', 'cli', 'config', 'file']),
    problem: z.string().nullable().openapi({
      description:
        'Why the policy cannot be used; until it is mended nobody it could concern is let in',
    }),
    version: z.number().int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Policy' })

const ids = z.array(z.string())

export const importedSchema = z
  .object({
    dry_run: z.boolean(),
    created: ids,
    changed: ids,
    unchanged: ids,
    removed: ids,
    policies: z.array(policyDefinition.safeExtend({ id: z.string() })),
    notes: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'ImportedPolicies' })
