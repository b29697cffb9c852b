import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { EXPRESSION_FUNCTIONS } from '../../rules/evaluate/functions.ts'
import { ENTRY_TYPES, FIELDS } from '../../rules/fields.ts'
import type { Env } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent } from '../schemas/common.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const vocabulary = z
  .object({
    fields: z.array(
      z.object({ name: z.string(), type: z.string(), of: z.array(z.enum(ENTRY_TYPES)) }),
    ),
    functions: z.array(
      z.object({
        name: z.string(),
        parameters: z.array(z.string()),
        returns: z.string(),
        example: z.string(),
      }),
    ),
    operators: z.array(z.string()),
  })
  .meta({ id: 'FilterVocabulary' })

const OPERATORS = ['!', '&&', '||', '==', '!=', '<', '<=', '>', '>=', '=~', '!~', 'in', 'contains']

/** What editors complete: the words a filter can be made of. */
export function filterRoutes() {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(
    createRoute({
      method: 'get',
      path: '/filters/vocabulary',
      'x-access': 'read',
      tags: ['filters'],
      summary: 'The fields, functions and operators that filters are made of',
      responses: { 200: jsonContent(vocabulary, 'For editors') },
    }),
    (c) =>
      json(c, {
        fields: Object.entries(FIELDS).map(([name, { type, of = ENTRY_TYPES }]) => ({
          name,
          type,
          of,
        })),
        functions: Object.entries(EXPRESSION_FUNCTIONS).map(
          ([name, { parameters, variadic, returns, example }]) => ({
            name,
            parameters: parameters.map((each, i) =>
              variadic && i === parameters.length - 1 ? `${each.name}…` : each.name,
            ),
            returns,
            example,
          }),
        ),
        operators: OPERATORS,
      }),
  )
}
