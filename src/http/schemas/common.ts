import { z } from '@hono/zod-openapi'
import { ERRORS, type ErrorCode } from '../../errors/catalogue.ts'
import { PROBLEM_MEDIA_TYPE } from '../../errors/problem.ts'

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          code: z.string().optional(),
          position: z.number().int().optional(),
          name: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' })

/** The error responses of a route, by the codes it can answer with. */
export function problems(...codes: ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.join(', '),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
      },
    ]),
  )
}

export function jsonContent<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export const idParam = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) })

export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .optional()
    .openapi({ description: 'Change only this version, as its ETag says.' }),
})

export const ifNoneMatchHeader = z.object({
  'if-none-match': z
    .string()
    .optional()
    .openapi({ description: 'Answer 304 if it is still what this ETag says.' }),
})

export const unchanged = { description: 'It is still what If-None-Match says' }

/** A merge patch of anything: members are set, null removes one (RFC 7396). */
export const mergePatchBody = {
  required: true,
  content: {
    'application/merge-patch+json': { schema: z.record(z.string(), z.unknown()) },
    'application/json': { schema: z.record(z.string(), z.unknown()) },
  },
}

/** Through whose eyes a server is looked at. */
export const callerQuery = {
  caller: z.string().min(1).max(4_096).optional().openapi({
    description: 'Through whose eyes: the id of a user, or a caller as JSON',
  }),
}

export const flagParam = z.enum(['true', 'false']).optional()
