import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { applyTags } from '../../catalog/apply-tags.ts'
import { ofWrite } from '../../catalog/hypothetical.ts'
import { listTags } from '../../catalog/list-tags.ts'
import { tagsSchema } from '../../catalog/tags.ts'
import { compileOne } from '../../dynamic/compile.ts'
import { impactOf } from '../../dynamic/impact/impact.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { EntryRecord } from '../../store/ports.ts'
import { type Env, type HttpContext, impactContext } from '../context.ts'
import { requireWrites } from '../may-change.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import { dryRunQuery, impactSchema } from '../schemas/impact.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const types = z.enum(ENTRY_TYPES)

const tagCounts = z.object({
  tags: z.array(
    z.object({
      tag: z.string(),
      count: z.number().int(),
      types: z.partialRecord(types, z.number().int()),
    }),
  ),
})

const applyBody = z
  .strictObject({
    filter: z.string().openapi({ example: "name =~ '^legal_'" }),
    language: z.string().optional(),
    types: z.array(types).min(1).optional(),
    add: tagsSchema.default([]),
    remove: tagsSchema.default([]),
    dry_run: z.boolean().default(false),
  })
  .meta({ id: 'TagApplication' })

const outcome = z.object({
  matched: z.number().int(),
  changed: z.number().int(),
  dry_run: z.boolean(),
  entries: z
    .array(
      z.object({
        id: z.string(),
        type: types,
        name: z.string(),
        source: z.string(),
        before: z.array(z.string()),
        after: z.array(z.string()),
      }),
    )
    .openapi({ description: 'The first 100 of the changed entries.' }),
  impact: impactSchema.optional().openapi({ description: 'Of a dry run' }),
})

export function tagRoutes(context: HttpContext) {
  const { entries } = context
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/tags',
        'x-access': 'read',
        tags: ['tags'],
        summary: 'Count tags',
        responses: { 200: jsonContent(tagCounts, 'Tags in use, most used first') },
      }),
      (c) => json(c, { tags: listTags(entries.catalog) }),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/tags/apply',
        'x-access': 'write',
        tags: ['tags'],
        summary: 'Add and remove tags on all entries a filter matches',
        request: {
          query: dryRunQuery,
          body: { required: true, content: { 'application/json': { schema: applyBody } } },
        },
        responses: {
          200: jsonContent(outcome, 'What changed, or would'),
          ...problems('invalid_request', 'invalid_filter', 'invalid_json'),
        },
      }),
      async (c) => {
        const { filter, language, ...application } = c.req.valid('json')
        if (application.add.length + application.remove.length === 0) {
          throw new FacetError('invalid_request', 'Say which tags to add or to remove.', {
            errors: [{ path: 'add', message: 'Neither add nor remove names a tag.' }],
          })
        }
        const compiled = compileOne(filter, 'filter', { language, types: application.types })
        const dry_run = application.dry_run || c.req.valid('query').dry_run === 'true'
        const check = (put: readonly EntryRecord[]) => requireWrites(context, c, put)
        const tagged = await applyTags(entries, {
          ...application,
          filter: compiled,
          dry_run,
          check,
        })
        if (!dry_run) return json(c, tagged.outcome)
        const changes = ofWrite(entries.catalog, { put: tagged.put, remove: [] })
        return json(c, {
          ...tagged.outcome,
          impact: await impactOf(impactContext(context), changes),
        })
      },
    )
}
