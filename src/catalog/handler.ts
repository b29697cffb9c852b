import { z } from 'zod'
import { jsonObjectSchema } from './json.ts'

/** A JSON value with `{argument}` placeholders in its texts. */
const template = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  jsonObjectSchema,
  z.array(z.unknown()),
])

/**
 * How a tool posted here is run: one HTTP request.
 *
 * `{name}` in the path and query of `url`, in `query`, `headers` and `body` stands for the argument
 * of that name. Header values may also hold references to declared secrets, `${NAME}`. Arguments
 * used nowhere go into the query of GET, HEAD and DELETE requests and into the JSON body of others,
 * unless `query` or `body` says what goes there.
 */
export const httpHandlerSchema = z
  .strictObject({
    type: z.literal('http'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    url: z
      .string()
      .max(2048)
      .refine((url) => /^https?:\/\/[^/?#{}@\s]+(?:[/?#]|$)/i.test(url), {
        error: 'An http or https URL whose host is written out, without user and password.',
      })
      .refine((url) => !url.includes('${'), {
        error: 'A URL never holds a secret: put the reference into a header.',
      })
      .meta({ example: 'https://api.example.com/items/{id}' }),
    query: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .refine((query) => !Object.values(query).some((value) => String(value).includes('${')), {
        error: 'A URL never holds a secret: put the reference into a header.',
      })
      .optional(),
    headers: z
      .record(
        z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'Not a header name.'),
        z.string().regex(/^[^\r\n\0]*$/, 'A header value is one line.'),
      )
      .optional(),
    body: template.optional(),
    timeout_ms: z.number().int().min(1).max(300_000).default(30_000),
  })
  .meta({ id: 'HttpHandler' })

export type HttpHandler = z.output<typeof httpHandlerSchema>
