import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { transportSchema } from '../../sources/definition.ts'
import { impactSchema } from './impact.ts'

const types = z.enum(ENTRY_TYPES)
const count = z.number().int()

const authorizationSchema = z
  .object({
    grant: z.enum(['authorization_code', 'client_credentials']),
    signed_in: z.boolean(),
    issuer: z.string().nullable(),
    scopes: z.array(z.string()),
    token_expires_at: z.string().nullable(),
    sign_in: z
      .object({
        url: z.string().nullable().openapi({
          description: 'Where to sign in; null for callers who may not change sources.',
        }),
        scopes: z.array(z.string()),
        expires_at: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'SourceAuthorization' })

const statusSchema = z
  .object({
    state: z.enum(['connecting', 'up', 'down', 'authorization_required', 'disabled']),
    since: z.string(),
    last_error: z.object({ message: z.string(), at: z.string() }).nullable(),
    last_sync_at: z.string().nullable(),
    next_attempt_at: z.string().nullable(),
    failures: count,
    era: z.enum(['modern', 'legacy']).nullable(),
    protocol_version: z.string().nullable(),
    server: z.looseObject({ name: z.string(), version: z.string() }).nullable(),
    entries: z.partialRecord(types, count),
    skipped: z.array(z.object({ type: types, name: z.string(), reason: z.string() })),
    authorization: authorizationSchema.nullable(),
  })
  .meta({ id: 'SourceStatus' })

export const sourceSchema = z
  .object({
    id: z.string(),
    kind: z.literal('mcp'),
    description: z.string().nullable(),
    enabled: z.boolean(),
    prefix: z.string().nullable(),
    tags: z.array(z.string()),
    trusted: z.boolean(),
    timeout_ms: count,
    connection: z.enum(['shared', 'per_client']),
    origin: z.enum(['rest', 'cli', 'config']),
    transport: transportSchema,
    status: statusSchema,
    version: count,
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Source' })

/** The answer of a dry run of a change of a source. */
export const sourceDryRun = z
  .object({
    dry_run: z.literal(true),
    source: sourceSchema.openapi({
      description: 'The source as it would be; of a deletion, as it is.',
    }),
    reconnects: z.boolean().openapi({
      description: 'Whether the connection would end; what would be offered then is not known.',
    }),
    impact: impactSchema,
  })
  .meta({ id: 'SourceDryRun' })

const named = z.object({ name: z.string(), id: z.string() })

export const importSchema = z
  .object({
    imported: z.array(named),
    unchanged: z.array(named),
    failed: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        message: z.string(),
        code: z.string().optional(),
      }),
    ),
    warnings: z.array(z.object({ name: z.string(), message: z.string() })),
    dry_run: z.literal(true).optional(),
  })
  .meta({ id: 'SourceImport' })

export const syncSchema = z
  .object({ added: count, changed: count, removed: count })
  .meta({ id: 'SyncReport' })
