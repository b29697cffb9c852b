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

const count = z.number().int()

const impact = {
  callers: z
    .array(
      z.object({
        user: z.string().optional().openapi({ description: 'The id of a user' }),
        role: z.string().optional().openapi({ description: 'Somebody who has this role alone' }),
        servers: z.array(z.object({ server: z.string(), gains: count, loses: count })),
      }),
    )
    .openapi({ description: 'Those who would see other entries, and on which servers' }),
  failed: z
    .array(z.object({ server: z.string(), code: z.string() }))
    .openapi({ description: 'Servers that cannot be looked at' }),
}

export const policyImpactSchema = z
  .object({
    changes: z.array(z.object({ policy: z.string(), ...impact })),
    together: z.object(impact),
  })
  .meta({ id: 'PolicyImpact' })
