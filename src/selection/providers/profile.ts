import { z } from 'zod'
import { idSchema } from '../../sources/definition.ts'

const reference = z
  .string()
  .regex(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/, 'Write a reference such as ${OPENAI_API_KEY}.')

const connection = {
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  api_key: reference.optional(),
  headers: z.record(z.string(), z.string()).default({}),
  timeout_seconds: z.number().positive().max(600).optional(),
  concurrency: z.number().int().min(1).max(32).optional(),
  max_tokens_per_day: z.number().int().min(1).default(2_000_000),
}

const price = z.number().min(0)

/** A model rules may ask. Administrator configuration: rules name it, and never a URL or a key. */
export const modelProfile = z
  .strictObject({
    id: idSchema,
    kind: z.enum(['openai', 'anthropic', 'local']),
    model: z.string().min(1).max(200).optional(),
    ...connection,
    deadline_seconds: z.number().positive().max(3_600).default(300),
    chunk: z.number().int().min(1).max(500).optional(),
    max_tokens_per_run: z.number().int().min(1).default(400_000),
    prices: z
      .strictObject({ input: price, output: price })
      .optional()
      .meta({ description: 'US dollars for a million tokens.' }),
    fallbacks: z.array(idSchema).max(5).default([]),
  })
  .superRefine((profile, context) => {
    const missing = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (profile.kind === 'local') {
      if (!profile.base_url) missing('base_url', 'A local model needs the address of its server.')
      if (!profile.model) missing('model', 'A local model needs its name.')
    } else if (!profile.api_key) {
      missing('api_key', 'Hosted models need a key: a reference such as ${OPENAI_API_KEY}.')
    }
  })
  .transform((profile) => {
    const defaults = DEFAULTS[profile.kind]
    return {
      ...profile,
      base_url: profile.base_url ?? defaults.base_url,
      model: profile.model ?? defaults.model,
      timeout_seconds: profile.timeout_seconds ?? defaults.timeout_seconds,
      concurrency: profile.concurrency ?? defaults.concurrency,
      chunk: profile.chunk ?? defaults.chunk,
    }
  })

const hosted = { timeout_seconds: 30, concurrency: 3, chunk: 100 }

const DEFAULTS = {
  openai: { ...hosted, base_url: 'https://api.openai.com/v1', model: 'gpt-5.4-mini' },
  anthropic: { ...hosted, base_url: 'https://api.anthropic.com', model: 'claude-haiku-5-5' },
  local: { timeout_seconds: 120, concurrency: 1, chunk: 30, base_url: '', model: '' },
}

/** All profiles; the first is what rules ask that name none. */
export const modelProfiles = z
  .array(modelProfile)
  .superRefine((profiles, context) => {
    const ids = new Set(profiles.map(({ id }) => id))
    if (ids.size < profiles.length) {
      context.addIssue({ code: 'custom', message: 'Two models have the same id.' })
    }
    for (const [i, { fallbacks }] of profiles.entries()) {
      for (const id of fallbacks.filter((fallback) => !ids.has(fallback))) {
        const path = [i, 'fallbacks']
        context.addIssue({ code: 'custom', path, message: `There is no model ${id}.` })
      }
    }
  })
  .default([])

/** The model that turns texts into vectors for search by meaning. */
export const embeddingsProfile = z.strictObject({
  ...connection,
  base_url: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1).max(200),
  timeout_seconds: z.number().positive().max(600).default(30),
  concurrency: z.number().int().min(1).max(32).default(2),
  prices: z.strictObject({ input: price }).optional(),
})

export type ModelProfile = z.output<typeof modelProfile>
export type EmbeddingsProfile = z.output<typeof embeddingsProfile>
