import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { RecentChanges } from '../../dynamic/recent-changes.ts'
import { summarise } from '../../observability/summary.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { Sources } from '../../sources/sources.ts'
import { VERSION } from '../../version.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent } from '../schemas/common.ts'
import { statsSchema } from '../schemas/stats.ts'
import { refuseInvalid } from './refuse-invalid.ts'

/** What an overview shows, in one small answer that is cheap to ask for again and again. */
export function statsRoutes(context: HttpContext) {
  const { store, sources, resolution, accounts, guarding, metrics, activity, now } = context
  const { catalog, servers, policies } = resolution
  const recent = new RecentChanges(catalog, servers, now)

  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(
    createRoute({
      method: 'get',
      path: '/stats',
      'x-access': 'read',
      tags: ['operations'],
      summary: 'Counts, traffic and the latest changes, for an overview',
      responses: { 200: jsonContent(statsSchema, 'As of now') },
    }),
    async (c) => {
      const database = await store.check().then(
        () => 'ok',
        () => 'failing',
      )
      const all = servers.all()
      const active = all.filter(({ definition }) => definition.status === 'active').length
      return json(c, {
        version: VERSION,
        started_at: activity.startedAt.toISOString(),
        database,
        revisions: {
          catalog: catalog.revision,
          servers: recent.serverRevision,
          sources: revisionOf(sources),
          access: accounts.revision + policies.revision + guarding.guards.revision,
        },
        entries: Object.fromEntries(ENTRY_TYPES.map((type) => [type, catalog.index(type).size])),
        servers: { active, draft: all.length - active },
        sources: countStates(sources),
        traffic: await summarise(metrics),
        recent: recent.latest(),
      })
    },
  )
}

function countStates(sources: Sources) {
  const states = { up: 0, connecting: 0, down: 0, authorization_required: 0, disabled: 0 }
  for (const { status } of sources.all()) states[status.state]++
  return states
}

/** Another text as soon as a source is another one, or doing otherwise. */
function revisionOf(sources: Sources): string {
  return sources
    .all()
    .map(({ record, status }) => {
      const { state, since, last_sync_at, last_error, authorization } = status
      const signIn = authorization?.sign_in?.expires_at
      const { id, version } = record
      return [id, version, state, since, last_sync_at, last_error?.at, signIn].join(' ')
    })
    .join('\n')
}
