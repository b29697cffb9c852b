import { z } from '@hono/zod-openapi'
import { EVENT_ACTIONS, EVENT_DECISIONS, EVENT_OUTCOMES } from '../../store/event-port.ts'

const text = z.string().nullable()
const count = z.number().int()

export const eventSchema = z
  .object({
    id: count.openapi({ description: 'Grows in the order of writing' }),
    at: z.string(),
    action: z.enum(EVENT_ACTIONS),
    decision: z.enum(EVENT_DECISIONS),
    outcome: z.enum(EVENT_OUTCOMES),
    code: text.openapi({ description: 'What went wrong, or why it was denied' }),
    decided_by: text.openapi({
      description: 'The policy or guard that denied it, or the policy that allowed it',
    }),
    caller: text,
    credential: text.openapi({ description: 'Id of the key or token, never the secret' }),
    acting_as: text,
    server: text,
    type: text.openapi({ description: 'An entry type, or `user`, `key`, `policy`, `server` …' }),
    entry: text.openapi({ description: 'Id of the entry, user, key …' }),
    name: text.openapi({ description: 'The name asked for; of a change, the route' }),
    source: text,
    ms: z.number().nullable(),
    bytes_in: count.nullable(),
    bytes_out: count.nullable(),
    count: count.openapi({ description: 'How many alike this stands for' }),
    session: text,
    request: text,
    trace: text,
    address: text.openapi({ description: 'Where a refused credential came from' }),
  })
  .meta({ id: 'Event' })

export const eventsSchema = z.object({
  events: z.array(eventSchema),
  next_cursor: z.string().optional(),
})

const time = z.iso.datetime({ offset: true })

export const eventFilter = z.object({
  since: time.optional().openapi({ description: 'From this time on (ISO 8601)' }),
  until: time.optional().openapi({ description: 'Before this time' }),
  caller: z.string().min(1).optional(),
  server: z.string().min(1).optional(),
  entry: z.string().min(1).optional().openapi({ description: 'Id of an entry, or its name' }),
  source: z.string().min(1).optional(),
  action: z.enum(EVENT_ACTIONS).optional(),
  decision: z.enum(EVENT_DECISIONS).optional(),
  outcome: z.enum(EVENT_OUTCOMES).optional(),
})

export const eventQuery = eventFilter.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .openapi({ description: 'Only events above this id, oldest first: to follow them' }),
})

const usage = {
  calls: count,
  errors: count.openapi({ description: 'Calls that did not end well' }),
  denied: count,
  lists: count,
  bytes_in: count,
  bytes_out: count,
  ms: z.number().openapi({ description: 'Time of all calls together' }),
  last_at: z.string(),
}

export const usageSchema = z
  .object({
    since: z.string(),
    until: z.string(),
    callers: z.array(
      z.object({
        caller: z.string(),
        ...usage,
        servers: z.array(z.object({ server: text, ...usage })),
      }),
    ),
  })
  .meta({ id: 'Usage' })

export const ownUsageSchema = z
  .object({
    since: z.string(),
    until: z.string(),
    caller: z.string(),
    ...usage,
    last_at: text,
    servers: z.array(z.object({ server: text, ...usage })),
  })
  .meta({ id: 'OwnUsage' })

export const ownUsageQuery = z.object({
  since: time.optional().openapi({ description: 'By default a day before the end' }),
  until: time.optional().openapi({ description: 'By default now' }),
})

export const usageQuery = ownUsageQuery.extend({
  caller: z.string().min(1).optional(),
  server: z.string().min(1).optional(),
})

export const sinkSchema = z
  .object({
    name: z.string(),
    state: z.enum(['on', 'off', 'failing']),
    written: count,
    dropped: count,
    last_error: z.object({ at: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'EventSink' })

export const sinksSchema = z.object({ sinks: z.array(sinkSchema) })

export const sinkParam = z.object({
  name: z.string().openapi({ param: { name: 'name', in: 'path' } }),
})

/** What a transcript is about. */
export const startInput = z
  .strictObject({
    caller: z.string().min(1).optional(),
    server: z.string().min(1).optional(),
    session: z.string().min(1).optional(),
  })
  .meta({ id: 'StartSink' })

export const exportQuery = eventFilter.extend({
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
})
