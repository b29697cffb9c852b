import { z } from 'zod'

const days = z.number().int().min(1).max(36_500)

/** What is recorded of decisions and calls, and where. */
export const eventSettings = z
  .strictObject({
    queue: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(20_000)
      .describe('Events that may wait to be written; what comes on top is dropped and counted.'),
    database: z
      .strictObject({
        enabled: z.boolean().default(true),
        file: z.string().min(1).optional(),
        days: days.default(30),
        max_events: z.number().int().min(1).max(100_000_000).default(1_000_000),
        usage_days: days.default(400),
      })
      .prefault({}),
  })
  .prefault({})

export type EventSettings = z.output<typeof eventSettings>
