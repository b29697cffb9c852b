import { timingSafeEqual } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OPERATOR_HEADER } from '../../access/credential.ts'
import { hasRight } from '../../access/rights.ts'
import { ofSource, ofWrite } from '../../catalog/hypothetical.ts'
import { impactOf } from '../../dynamic/impact/impact.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { createSource } from '../../sources/create-source.ts'
import { sourceInput } from '../../sources/definition.ts'
import { deleteSource } from '../../sources/delete-source.ts'
import { importSources } from '../../sources/import-sources.ts'
import { changeable, patchedSource, patchSource } from '../../sources/patch-source.ts'
import { presentSource } from '../../sources/present-source.ts'
import { connectsAnew, infoOf, type Source } from '../../sources/sources.ts'
import type { Origin } from '../../store/ports.ts'
import { type Env, type HttpContext, impactContext } from '../context.ts'
import { etag, ifMatch, json, jsonBody } from '../reply.ts'
import {
  flagParam,
  idParam,
  ifMatchHeader,
  jsonContent,
  mergePatchBody,
  problems,
} from '../schemas/common.ts'
import { dryRunQuery } from '../schemas/impact.ts'
import { importSchema, sourceDryRun, sourceSchema, syncSchema } from '../schemas/source.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['sources']
const one = jsonContent(sourceSchema, 'The source')
const wrong = ['invalid_request', 'invalid_json', 'unknown_secret', 'literal_secret'] as const

export function sourceRoutes(context: HttpContext) {
  const { sources, operatorToken } = context
  const { catalog } = sources

  /** The command line may set commands; that it is the command line, it proves by the token. */
  function originOf(c: Context): Origin {
    const given = Buffer.from(c.req.header(OPERATOR_HEADER) ?? '')
    const expected = Buffer.from(operatorToken)
    return given.length === expected.length && timingSafeEqual(given, expected) ? 'cli' : 'rest'
  }

  const shown = (c: Context<Env>, source: Source) =>
    presentSource(source, hasRight(c.get('caller'), 'admin'))

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/sources',
        'x-access': 'read',
        tags,
        summary: 'List sources with how each is doing',
        responses: {
          200: jsonContent(z.object({ sources: z.array(sourceSchema) }), 'In order of creation'),
        },
      }),
      (c) => json(c, { sources: sources.all().map((source) => shown(c, source)) }),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/sources',
        'x-access': 'admin',
        tags,
        summary: 'Add an upstream MCP server',
        request: {
          query: z.object({
            dry_run: flagParam.openapi({
              description: 'Refused: what a source offers is not known before it is connected.',
            }),
          }),
          body: { required: true, content: { 'application/json': { schema: sourceInput } } },
        },
        responses: {
          201: one,
          ...problems(...wrong, 'id_taken', 'stdio_forbidden', 'not_available'),
        },
      }),
      async (c) => {
        // Asked for and not given would be the worst answer: the source would be added.
        if (c.req.valid('query').dry_run === 'true') throw nothingKnown()
        const source = await createSource(sources, await jsonBody(c), originOf(c))
        const { id, version } = source.record
        return json(c, shown(c, source), 201, { location: `/sources/${id}`, ...etag(version) })
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/sources/import',
        'x-access': 'admin',
        tags,
        summary: 'Add the servers of a client configuration (mcpServers or servers)',
        request: {
          query: z.object({
            partial: flagParam.openapi({ description: 'Import what can be, report the rest.' }),
            dry_run: flagParam.openapi({ description: 'Check everything, add nothing.' }),
          }),
          body: {
            required: true,
            content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
          },
        },
        responses: { 200: jsonContent(importSchema, 'What was imported'), ...problems(...wrong) },
      }),
      async (c) => {
        const query = c.req.valid('query')
        const [partial, dry_run] = [query.partial === 'true', query.dry_run === 'true']
        const options = { partial, dry_run }
        const outcome = await importSources(sources, await jsonBody(c), originOf(c), options)
        return json(c, dry_run ? { ...outcome, dry_run } : outcome)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/sources/{id}',
        'x-access': 'read',
        tags,
        summary: 'Read a source',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      (c) => {
        const source = sources.get(c.req.valid('param').id)
        return json(c, shown(c, source), 200, etag(source.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/sources/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Change a source by a merge patch',
        request: {
          params: idParam,
          headers: ifMatchHeader,
          query: dryRunQuery,
          body: mergePatchBody,
        },
        responses: {
          200: jsonContent(
            z.union([sourceSchema, sourceDryRun]),
            'The source, or of a dry run its impact',
          ),
          ...problems(
            ...wrong,
            'not_found',
            'managed_by_config',
            'precondition_failed',
            'stdio_forbidden',
          ),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const body = await jsonBody(c)
        if (c.req.valid('query').dry_run === 'true') {
          const next = patchedSource(sources, id, body, originOf(c), ifMatch(c))
          const { definition, status } = sources.get(id)
          return json(c, {
            dry_run: true,
            source: shown(c, { ...next, status }),
            reconnects: connectsAnew(definition, next.definition),
            impact: await impactOf(
              impactContext(context),
              ofSource(catalog, infoOf(next.record, next.definition)),
            ),
          })
        }
        const source = await patchSource(sources, id, body, originOf(c), ifMatch(c))
        return json(c, shown(c, source), 200, etag(source.record.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/sources/{id}',
        'x-access': 'admin',
        tags,
        summary: 'Delete a source with its entries and everything set on them',
        request: { params: idParam, headers: ifMatchHeader, query: dryRunQuery },
        responses: {
          200: jsonContent(sourceDryRun, 'Of a dry run: its impact'),
          204: { description: 'Deleted' },
          ...problems('invalid_request', 'not_found', 'managed_by_config', 'precondition_failed'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (c.req.valid('query').dry_run === 'true') {
          const source = changeable(sources, id, ifMatch(c))
          const remove = catalog.recordsOf(id).map((record) => record.id)
          return json(c, {
            dry_run: true,
            source: shown(c, source),
            reconnects: true,
            impact: await impactOf(impactContext(context), ofWrite(catalog, { put: [], remove })),
          })
        }
        await deleteSource(sources, id, ifMatch(c))
        return c.body(null, 204)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/sources/{id}/sync',
        'x-access': 'write',
        tags,
        summary: 'List everything a source offers now',
        request: { params: idParam },
        responses: {
          200: jsonContent(syncSchema, 'What changed'),
          ...problems('not_found', 'source_unavailable', 'upstream_failed', 'upstream_timeout'),
        },
      }),
      async (c) => json(c, await sources.sync(c.req.valid('param').id)),
    )
}

function nothingKnown(): FacetError {
  return new FacetError(
    'not_available',
    'What a source offers is known once it is connected; there is no dry run of adding one. POST /sources/import?dry_run=true checks a configuration.',
  )
}
