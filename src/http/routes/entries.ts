import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { createEntry } from '../../catalog/create-entry.ts'
import { deleteEntry } from '../../catalog/delete-entry.ts'
import { type Entry, present } from '../../catalog/entry.ts'
import { INPUT_SCHEMAS } from '../../catalog/input.ts'
import { listEntries } from '../../catalog/list-entries.ts'
import { patchEntry } from '../../catalog/patch-entry.ts'
import { replaceEntry } from '../../catalog/replace-entry.ts'
import { label, notFound } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Env, HttpContext } from '../context.ts'
import { etag, ifMatch, json, jsonBody, listParameter } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, mergePatchBody, problems } from '../schemas/common.ts'
import { entrySchema, listQuery, pageSchema } from '../schemas/entry.ts'
import { refuseInvalid } from './refuse-invalid.ts'

/** Nouns of the addresses, and the entry type behind each. */
export const ENTRY_NOUNS = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resource_templates: 'resource_template',
} as const satisfies Record<string, EntryType>

export type EntryNoun = keyof typeof ENTRY_NOUNS

/** Routes of one noun: list, create, read, patch, replace and delete. */
export function entryRoutes({ entries }: HttpContext, noun: EntryNoun) {
  const type = ENTRY_NOUNS[noun]
  const { catalog } = entries
  const tags = [noun]
  const name = label(type)
  const one = jsonContent(entrySchema, `The ${name}`)
  const input = { required: true, content: { 'application/json': { schema: INPUT_SCHEMAS[type] } } }
  const bodyProblems = ['invalid_request', 'invalid_json', 'invalid_schema', 'name_taken'] as const

  function found(id: string): Entry {
    const entry = catalog.get(id)
    if (entry?.record.type !== type) throw notFound(type, id)
    return entry
  }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: `/${noun}`,
        tags,
        summary: `List ${noun.replaceAll('_', ' ')}`,
        request: { query: listQuery },
        responses: {
          200: jsonContent(pageSchema(noun), 'One page, in order'),
          ...problems('invalid_request', 'invalid_cursor'),
        },
      }),
      (c) => {
        const { tag, enabled, ...query } = c.req.valid('query')
        const page = listEntries(catalog, type, {
          ...query,
          tags: listParameter(tag),
          enabled: enabled === undefined ? undefined : enabled === 'true',
        })
        const { entries: listed, ...next } = page
        return json(c, { [noun]: listed.map(present), ...next })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: `/${noun}`,
        tags,
        summary: `Post a ${name}`,
        request: { body: input },
        responses: { 201: one, ...problems(...bodyProblems) },
      }),
      async (c) => {
        const entry = await createEntry(entries, type, await jsonBody(c))
        const { id, version } = entry.record
        return json(c, present(entry), 201, { location: `/${noun}/${id}`, ...etag(version) })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: `/${noun}/{id}`,
        tags,
        summary: `Read a ${name}`,
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      (c) => {
        const entry = found(c.req.valid('param').id)
        return json(c, present(entry), 200, etag(entry.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: `/${noun}/{id}`,
        tags,
        summary: `Change a ${name} by a merge patch`,
        request: {
          params: idParam,
          headers: ifMatchHeader,
          query: z.object({ dry_run: z.string().optional() }),
          body: mergePatchBody,
        },
        responses: {
          200: one,
          ...problems(...bodyProblems, 'not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        refuseDryRun(c.req.valid('query').dry_run)
        const { id } = c.req.valid('param')
        const entry = await patchEntry(entries, type, id, await jsonBody(c), ifMatch(c))
        return json(c, present(entry), 200, etag(entry.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: `/${noun}/{id}`,
        tags,
        summary: `Replace a ${name}`,
        request: {
          params: idParam,
          headers: ifMatchHeader,
          query: z.object({ dry_run: z.string().optional() }),
          body: input,
        },
        responses: {
          200: one,
          ...problems(...bodyProblems, 'not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        refuseDryRun(c.req.valid('query').dry_run)
        const { id } = c.req.valid('param')
        const entry = await replaceEntry(entries, type, id, await jsonBody(c), ifMatch(c))
        return json(c, present(entry), 200, etag(entry.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: `/${noun}/{id}`,
        tags,
        summary: `Delete a ${name}`,
        request: { params: idParam, headers: ifMatchHeader },
        responses: {
          204: { description: 'Deleted' },
          ...problems('not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        await deleteEntry(entries, type, c.req.valid('param').id, ifMatch(c))
        return c.body(null, 204)
      },
    )
}

/** Asked for and not given would be the worst answer: the write would happen. */
function refuseDryRun(dryRun: string | undefined): void {
  if (dryRun === undefined || dryRun === 'false') return
  throw new FacetError('not_available', 'dry_run of single entries is not available yet.')
}
