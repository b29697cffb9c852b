import { z } from '@hono/zod-openapi'
import { guardDefinition } from '../../access/guards/definition.ts'

const record = z.object({
  id: z.string(),
  origin: z.enum(['rest', 'cli', 'config', 'file']),
  problem: z.string().nullable().openapi({
    description: 'Why the guard cannot be used; until it is mended nothing passes where it stands',
  }),
  version: z.number().int(),
  created_at: z.string(),
  updated_at: z.string(),
  server: z.array(z.string()).optional(),
})

const [ofArguments, ofRate, ofTotp] = guardDefinition.options

export const guardSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...ofArguments.shape, ...record.shape }),
    z.object({ ...ofRate.shape, ...record.shape }),
    z.object({ ...ofTotp.shape, ...record.shape }),
  ])
  .meta({ id: 'Guard' })

/** What a guard of kind `totp` holds. */
export const guardStatus = z
  .object({
    unlocked: z.number().int().openapi({ description: 'For how many sessions and callers' }),
    failures: z.array(
      z.object({
        caller: z.string(),
        count: z.number().int().openapi({ description: 'Wrong codes in a row' }),
        locked_seconds: z.number().int().openapi({ description: '0 while it may try again' }),
      }),
    ),
  })
  .meta({ id: 'GuardStatus' })

export const guardReset = z.strictObject({
  caller: z.string().min(1).max(256).optional().openapi({ description: 'Everybody when absent' }),
})
