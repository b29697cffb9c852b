import { z } from '@hono/zod-openapi'

const labels = z.array(z.string())

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    roles: labels,
    groups: labels,
    attributes: z.record(z.string(), z.unknown()),
    disabled: z.boolean(),
    version: z.number().int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'User' })

export const keySchema = z
  .object({
    id: z.string(),
    user: z.string(),
    name: z.string().nullable(),
    prefix: z.string().openapi({ description: 'How the key begins' }),
    roles: labels.nullable(),
    servers: labels.nullable(),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'Key' })

export const newKeySchema = keySchema
  .extend({ key: z.string().openapi({ description: 'The key itself; it is shown this once' }) })
  .meta({ id: 'NewKey' })

export const callerSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['admin', 'local', 'user', 'token', 'proxy', 'anonymous']),
    roles: labels,
    groups: labels,
    attributes: z.record(z.string(), z.unknown()),
    servers: labels.nullable(),
    credential: z
      .object({ kind: z.string(), id: z.string().nullable(), expires_at: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: 'Caller' })

export const userQuery = z.object({
  q: z.string().optional().openapi({ description: 'Part of the id or the name, in any case.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
})

export const usersSchema = z.object({
  users: z.array(userSchema),
  next_cursor: z.string().optional(),
})
