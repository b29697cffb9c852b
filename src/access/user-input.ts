import { z } from 'zod'
import { errorItems } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'

const name = z.string().trim().min(1).max(256)
const MAX_ATTRIBUTES = 16_384
const label = z.string().min(1).max(128)
const labels = z.array(label).max(100)

export const userId = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,126}[A-Za-z0-9])?$/,
    'An id is 1 to 128 letters, digits, ., _, @ or -, and starts and ends with a letter or digit.',
  )

/** What an administrator sets of a user. */
export const userFields = z.strictObject({
  name,
  roles: labels.default(['client']).meta({
    description: 'admin, editor, viewer and client open routes; any other role is for policies.',
  }),
  groups: labels.default([]),
  attributes: z
    .record(label, z.unknown())
    .refine((value) => JSON.stringify(value).length <= MAX_ATTRIBUTES, {
      error: `Attributes have at most ${MAX_ATTRIBUTES} characters of JSON.`,
    })
    .default({}),
  disabled: z.boolean().default(false),
})

export const userInput = userFields
  .extend({ id: userId.optional() })
  .meta({ id: 'UserInput', description: 'Without an id, one is made of the name.' })

export const keyInput = z
  .strictObject({
    name: name.optional(),
    expires_at: z.iso.datetime({ offset: true }).optional(),
    expires_in_days: z.number().int().min(1).max(3_650).optional(),
    servers: z.array(z.string().min(1)).min(1).max(100).optional().meta({
      description: 'Dynamic servers the key is limited to; without it there is no limit.',
    }),
    roles: labels.optional().meta({
      description: "Those of the user's roles the key is limited to; without it, all of them.",
    }),
  })
  .refine(({ expires_at, expires_in_days }) => !(expires_at && expires_in_days), {
    path: ['expires_in_days'],
    error: 'Say one of expires_at and expires_in_days.',
  })
  .meta({ id: 'KeyInput' })

/** Checks a body. @throws {FacetError} `invalid_request` */
export function checked<T extends z.ZodType>(schema: T, body: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new FacetError('invalid_request', `The ${what} is not valid.`, {
    errors: errorItems(parsed.error),
  })
}
