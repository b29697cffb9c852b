import { z } from '@hono/zod-openapi'
import { ENTRY_TYPES } from '../../rules/fields.ts'

const count = z.number().int()
const types = z.enum(ENTRY_TYPES)
const change = z.enum(['added', 'changed', 'removed'])

const recent = z.union([
  z.object({ at: z.string(), of: z.literal('server'), change, id: z.string() }),
  z.object({
    at: z.string(),
    of: z.literal('entry'),
    change,
    id: z.string(),
    type: types,
    name: z.string(),
    source: z.string(),
    count: count.openapi({ description: 'Of how many alike this is the first' }),
  }),
])

export const statsSchema = z
  .object({
    version: z.string(),
    started_at: z.string(),
    database: z.enum(['ok', 'failing']),
    revisions: z
      .object({ catalog: count, servers: count, sources: z.string(), access: count })
      .openapi({ description: 'Another value: something there has changed' }),
    entries: z.record(types, count),
    servers: z.object({ active: count, draft: count }),
    sources: z.object({
      up: count,
      connecting: count,
      down: count,
      authorization_required: count,
      disabled: count,
    }),
    traffic: z
      .object({
        requests: count,
        failed_requests: count,
        calls: count,
        failed_calls: count,
        view_hit_ratio: z.number().nullable(),
        latency: z.object({ p50: z.number(), p95: z.number() }).nullable(),
        servers: z.array(z.object({ server: z.string(), calls: count, failed_calls: count })),
      })
      .openapi({ description: 'Since the service was started, drawn from its metrics' }),
    recent: z.array(recent).openapi({ description: 'The latest changes, newest first' }),
  })
  .meta({ id: 'Stats' })
