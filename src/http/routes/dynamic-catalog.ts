import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ADMIN } from '../../access/caller.ts'
import { present } from '../../catalog/entry.ts'
import { shownName } from '../../catalog/exposed-name.ts'
import { clientConfigurations } from '../../dynamic/clients.ts'
import { filteredPage } from '../../dynamic/filtered-page.ts'
import { tagOf } from '../../dynamic/list-tag.ts'
import { CATALOG_KEYS, preview } from '../../dynamic/preview.ts'
import { editedServer, previewBody, previewedServer } from '../../dynamic/preview-body.ts'
import { reviewOfEdit } from '../../dynamic/review/preview.ts'
import type { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { Env, HttpContext } from '../context.ts'
import { lookingThrough } from '../look-through.ts'
import { json, jsonBody, listParameter } from '../reply.ts'
import { revalidated } from '../revalidate.ts'
import {
  flagParam,
  idParam,
  ifNoneMatchHeader,
  jsonContent,
  problems,
  unchanged,
} from '../schemas/common.ts'
import { listQuery, pageSchema } from '../schemas/entry.ts'
import { catalogSchema, previewSchema } from '../schemas/server.ts'
import { ENTRY_NOUNS, type EntryNoun } from './entries.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['dynamic catalogs']
const unanswered = ['selector_not_configured', 'selection_failed', 'selection_over_budget'] as const
const refused = ['forbidden', 'policy_unusable'] as const
const unresolved = ['not_found', 'not_active', ...unanswered] as const

const previewQuery = z.object({
  ask: flagParam.openapi({ description: 'Ask the models of rules, publishing nothing' }),
  limit: z.coerce.number().int().min(0).max(100_000).optional().openapi({
    description: 'Most entries each list names; counts say how many there are',
  }),
})

const optionsOf = ({ ask, limit }: z.output<typeof previewQuery>) => ({
  ask: ask === 'true',
  ...(limit === undefined ? {} : { limit }),
})

/** Documented here and read by the route itself: the body may be either form, or absent. */
const rulesBody = (required: boolean) => ({
  required,
  content: {
    'application/json': {
      schema: {
        description: 'The rules, in an object or bare',
        anyOf: [
          {
            type: 'object' as const,
            properties: {
              rules: { type: 'array' as const, items: {} },
              definition: { type: 'object' as const, description: 'A server, instead of rules' },
              caller: {
                description: 'Through whose eyes: the id of a user, or a caller',
                anyOf: [
                  { type: 'string' as const },
                  { type: 'object' as const, description: 'id, roles, groups, attributes' },
                ],
              },
            },
          },
          { type: 'array' as const, items: {} },
        ],
      },
    },
  },
})

/** Routes that show what a dynamic server's rules make of the catalog. */
export function dynamicCatalogRoutes(context: HttpContext) {
  const { resolution, resolver, recording, publicUrl, now } = context
  const { servers, catalog } = resolution
  const previews = { catalog, memberships: resolver.memberships, tools: resolver.tools }

  const routes = new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/preview',
        'x-access': 'read',
        tags,
        summary: 'Simulate the catalog of rules; nothing is written',
        request: { query: previewQuery },
        requestBody: rulesBody(true),
        responses: {
          200: jsonContent(previewSchema, 'The simulated catalog'),
          ...problems('invalid_request', 'invalid_filter', 'not_found', ...refused, ...unanswered),
        },
      }),
      async (c) => {
        const asked = previewBody(await jsonBody(c))
        const server = previewedServer(asked, servers)
        const looking = lookingThrough(context, c.get('caller'), asked.caller, server)
        const through = looking && { server, caller: looking.caller }
        const { definition } = server
        const options = { ...optionsOf(c.req.valid('query')), definition, through }
        return json(c, await preview(previews, definition.rules, options))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/dynamic/{id}/preview',
        'x-access': 'read',
        tags,
        summary: "Simulate the stored rules, or the body's, and compare with what is served",
        request: { params: idParam, query: previewQuery },
        requestBody: rulesBody(false),
        responses: {
          200: jsonContent(previewSchema, 'The simulated catalog, with a diff'),
          ...problems('invalid_request', 'invalid_filter', 'not_found', ...refused, ...unanswered),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const server = servers.get(id)
        const body = await jsonBody(c)
        const asked = body === undefined ? {} : previewBody(body)
        const edited = editedServer(asked, server, servers)
        const looking = lookingThrough(context, c.get('caller'), asked.caller, edited)
        const through = looking && { server: edited, caller: looking.caller }
        const seer = through?.caller ?? ADMIN
        const isActive = server.definition.status === 'active'
        const served = isActive ? await resolver.resolve(id, seer).catch(nothingServed) : undefined
        // Where the stored rules cannot be evaluated, saving others approves nothing either.
        const stored = await resolver.hold(server).catch(() => undefined)
        // A review that is only turned on begins with every member approved.
        const reviewed =
          server.definition.admission === 'review'
            ? reviewOfEdit(id, servers.approvals, catalog, stored?.membership)
            : undefined
        const { definition } = edited
        const options = {
          ...optionsOf(c.req.valid('query')),
          definition,
          reviewed,
          served,
          through,
        }
        return json(c, await preview(previews, definition.rules, options))
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/catalog',
        'x-access': 'use',
        tags,
        summary: 'Everything a server shows now',
        request: { params: idParam, headers: ifNoneMatchHeader },
        responses: {
          200: jsonContent(catalogSchema, 'All lists, and what was left out'),
          304: unchanged,
          ...problems(...unresolved),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const view = await resolver.resolve(id, c.get('caller'))
        recording.events.listed(c.get('caller'), id, 'catalog')
        const { unfit, shadowed, trimmed, frozenUntil } = view
        const shown = ENTRY_TYPES.map((type) => tagOf(view.listed.get(type)!))
        // The rest of a freeze runs down all the time; when it ends is what is compared.
        return revalidated(c, [shown, unfit, shadowed, trimmed, frozenUntil], () => {
          const lists = ENTRY_TYPES.map((type) => [
            CATALOG_KEYS[type],
            view.listed.get(type)!.map(({ entry, name }) => ({ ...present(entry), name })),
          ])
          const ttl_ms = Math.max(0, frozenUntil - now().getTime())
          return { server: id, ...Object.fromEntries(lists), unfit, shadowed, trimmed, ttl_ms }
        })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/dynamic/{id}/clients',
        'x-access': 'use',
        tags,
        summary: 'Configuration for MCP clients, without secrets',
        request: { params: idParam },
        responses: {
          200: jsonContent(z.record(z.string(), z.unknown()), 'By client'),
          ...problems('not_found'),
        },
      }),
      (c) => {
        const { id } = servers.get(c.req.valid('param').id)
        const base = publicUrl ?? new URL(c.req.url).origin
        return json(c, clientConfigurations(id, base))
      },
    )
  for (const noun of Object.keys(ENTRY_NOUNS) as EntryNoun[]) addList(routes, context, noun)
  return routes
}

/** A server whose model cannot be asked can still be previewed: that is how it is mended. */
function nothingServed(error: unknown): undefined {
  const isUnanswered = unanswered.some((code) => (error as Partial<FacetError>).code === code)
  if (!isUnanswered) throw error
}

function addList(
  routes: OpenAPIHono<Env>,
  { resolver, recording }: HttpContext,
  noun: EntryNoun,
): void {
  routes.openapi(
    createRoute({
      method: 'get',
      path: `/dynamic/{id}/${noun}`,
      'x-access': 'use',
      tags,
      summary: `The ${noun.replaceAll('_', ' ')} a server shows now`,
      request: { params: idParam, query: listQuery, headers: ifNoneMatchHeader },
      responses: {
        200: jsonContent(pageSchema(noun), 'One page, in order'),
        304: unchanged,
        ...problems(
          'invalid_request',
          'invalid_cursor',
          'invalid_filter',
          'too_expensive',
          ...unresolved,
        ),
      },
    }),
    async (c) => {
      const { tag, enabled, ...query } = c.req.valid('query')
      const { id } = c.req.valid('param')
      const view = await resolver.resolve(id, c.get('caller'))
      const type = ENTRY_NOUNS[noun]
      recording.events.listed(c.get('caller'), id, type)
      const list = view.listed.get(type)!
      const asked = {
        ...query,
        tags: listParameter(tag),
        enabled: enabled === undefined ? undefined : enabled === 'true',
      }
      return revalidated(c, [tagOf(list), asked], async () => {
        const { entries, ...next } = await filteredPage(list.entries, type, asked)
        const shown = entries.map((entry) => ({
          ...present(entry),
          name: shownName(entry, list.naming),
        }))
        return { [noun]: shown, ...next }
      })
    },
  )
}
