import { z } from 'zod'
import { SECRET_KEYS } from './redact.ts'

const bytes = z
  .number()
  .int()
  .min(1_000)
  .max(2 ** 40)
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
    jsonl: z
      .strictObject({
        enabled: z.boolean().default(false),
        directory: z.string().min(1).default('data/events'),
        days: days.default(90),
        params: z.boolean().default(false),
        results: z.boolean().default(false),
      })
      .prefault({}),
    text: z
      .strictObject({
        enabled: z.boolean().default(false),
        file: z.string().min(1).default('data/events/calls.log'),
        max_bytes: bytes.default(5 * 2 ** 20),
        backups: z.number().int().min(0).max(100).default(3),
        params: z.boolean().default(false),
      })
      .prefault({}),
    transcript: z
      .strictObject({
        directory: z.string().min(1).default('data/transcripts'),
        max_bytes: bytes.default(10 * 2 ** 20),
        params: z.boolean().default(true),
        results: z.boolean().default(true),
      })
      .prefault({}),
    secret_keys: z.array(z.string().min(1)).default([...SECRET_KEYS]),
  })
  .prefault({})

export type EventSettings = z.output<typeof eventSettings>
