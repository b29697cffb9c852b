import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { createEntry, newEntry } from '../../catalog/create-entry.ts'
import { deletableEntry, deleteEntry } from '../../catalog/delete-entry.ts'
import { type Entry, present } from '../../catalog/entry.ts'
import { ofWrite } from '../../catalog/hypothetical.ts'
import { INPUT_SCHEMAS } from '../../catalog/input.ts'
import { patchEntry, patchedEntry } from '../../catalog/patch-entry.ts'
import { replacedEntry, replaceEntry } from '../../catalog/replace-entry.ts'
import { label, notFound } from '../../catalog/verbs.ts'
import { filteredPage } from '../../dynamic/filtered-page.ts'
import { impactOf } from '../../dynamic/impact/impact.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { EntryRecord } from '../../store/ports.ts'
import { type Env, type HttpContext, impactContext } from '../context.ts'
import { ifMayWrite, requireResult } from '../may-change.ts'
import { etag, ifMatch, json, jsonBody, listParameter } from '../reply.ts'
import { idParam, ifMatchHeader, jsonContent, mergePatchBody, problems } from '../schemas/common.ts'
import { entrySchema, listQuery, pageSchema } from '../schemas/entry.ts'
import { dryRunQuery, entryDryRun } from '../schemas/impact.ts'
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
export function entryRoutes(context: HttpContext, noun: EntryNoun) {
  const { entries } = context
  const type = ENTRY_NOUNS[noun]
  const { catalog } = entries
  const tags = [noun]
  const name = label(type)
  const one = jsonContent(entrySchema, `The ${name}`)
  const oneOrDryRun = jsonContent(
    z.union([entrySchema, entryDryRun]),
    `The ${name}, or of a dry run its impact`,
  )
  const dryRun = jsonContent(entryDryRun, 'Of a dry run: its impact')
  const input = { required: true, content: { 'application/json': { schema: INPUT_SCHEMAS[type] } } }
  const bodyProblems = ['invalid_request', 'invalid_json', 'invalid_schema', 'name_taken'] as const

  function found(id: string): Entry {
    const entry = catalog.get(id)
    if (entry?.record.type !== type) throw notFound(type, id)
    return entry
  }

  /** What a write would do, instead of doing it. */
  async function impact(write: { put?: EntryRecord; remove?: string }) {
    const [change] = ofWrite(catalog, {
      put: write.put ? [write.put] : [],
      remove: write.remove ? [write.remove] : [],
    })
    if (!change) throw notFound(type, write.remove ?? '')
    const entry = present((change.after ?? change.before)!)
    return { dry_run: true, entry, impact: await impactOf(impactContext(context), [change]) }
  }

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: `/${noun}`,
        'x-access': 'read',
        tags,
        summary: `List ${noun.replaceAll('_', ' ')}`,
        request: { query: listQuery },
        responses: {
          200: jsonContent(pageSchema(noun), 'One page, in order'),
          ...problems('invalid_request', 'invalid_cursor', 'invalid_filter', 'too_expensive'),
        },
      }),
      async (c) => {
        const { tag, enabled, ...query } = c.req.valid('query')
        const page = await filteredPage(catalog.list(type), type, {
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
        'x-access': 'write',
        tags,
        summary: `Post a ${name}`,
        request: { query: dryRunQuery, body: input },
        responses: { 200: dryRun, 201: one, ...problems(...bodyProblems) },
      }),
      async (c) => {
        const body = await jsonBody(c)
        const made = newEntry(entries, type, body)
        requireResult(context, c, made)
        if (c.req.valid('query').dry_run === 'true') return json(c, await impact({ put: made }))
        const entry = await createEntry(entries, type, body)
        const { id, version } = entry.record
        return json(c, present(entry), 201, { location: `/${noun}/${id}`, ...etag(version) })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: `/${noun}/{id}`,
        'x-access': 'read',
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
        'x-access': 'write',
        tags,
        summary: `Change a ${name} by a merge patch`,
        request: {
          params: idParam,
          headers: ifMatchHeader,
          query: dryRunQuery,
          body: mergePatchBody,
        },
        responses: {
          200: oneOrDryRun,
          ...problems(...bodyProblems, 'not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const body = await jsonBody(c)
        const next = patchedEntry(entries, type, id, body, ifMayWrite(context, c, id))
        requireResult(context, c, next)
        if (c.req.valid('query').dry_run === 'true') return json(c, await impact({ put: next }))
        const entry = await patchEntry(entries, type, id, body, ifMatch(c))
        return json(c, present(entry), 200, etag(entry.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: `/${noun}/{id}`,
        'x-access': 'write',
        tags,
        summary: `Replace a ${name}`,
        request: {
          params: idParam,
          headers: ifMatchHeader,
          query: dryRunQuery,
          body: input,
        },
        responses: {
          200: oneOrDryRun,
          ...problems(...bodyProblems, 'not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const body = await jsonBody(c)
        const next = replacedEntry(entries, type, id, body, ifMayWrite(context, c, id))
        requireResult(context, c, next)
        if (c.req.valid('query').dry_run === 'true') return json(c, await impact({ put: next }))
        const entry = await replaceEntry(entries, type, id, body, ifMatch(c))
        return json(c, present(entry), 200, etag(entry.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: `/${noun}/{id}`,
        'x-access': 'write',
        tags,
        summary: `Delete a ${name}`,
        request: { params: idParam, headers: ifMatchHeader, query: dryRunQuery },
        responses: {
          200: dryRun,
          204: { description: 'Deleted' },
          ...problems('invalid_request', 'not_found', 'managed_by_source', 'precondition_failed'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (c.req.valid('query').dry_run === 'true') {
          const record = deletableEntry(entries, type, id, ifMayWrite(context, c, id))
          return json(c, await impact({ remove: record.id }))
        }
        await deleteEntry(entries, type, id, ifMayWrite(context, c, id))
        return c.body(null, 204)
      },
    )
}
