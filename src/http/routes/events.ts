import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { presentEvent, readEvents } from '../../access/events/read-events.ts'
import { readOwnUsage, readUsage } from '../../access/events/read-usage.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import {
  eventQuery,
  eventsSchema,
  ownUsageQuery,
  ownUsageSchema,
  usageQuery,
  usageSchema,
} from '../schemas/event.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['events']

/** What was decided and called, and how much of it by whom. */
export function eventRoutes({ recording }: HttpContext) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: '/events',
        'x-access': 'admin',
        tags,
        summary: 'Decisions and calls, newest first',
        request: { query: eventQuery },
        responses: {
          200: jsonContent(eventsSchema, 'One page'),
          ...problems('invalid_request', 'invalid_cursor', 'not_recorded'),
        },
      }),
      async (c) => {
        const { events, ...next } = await readEvents(recording, c.req.valid('query'))
        return json(c, { events: events.map(presentEvent), ...next })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/usage',
        'x-access': 'admin',
        tags,
        summary: 'What every caller did in a window of time, by server',
        request: { query: usageQuery },
        responses: {
          200: jsonContent(usageSchema, 'Most calls first'),
          ...problems('invalid_request', 'not_recorded'),
        },
      }),
      async (c) => json(c, await readUsage(recording, c.req.valid('query'))),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/me/usage',
        'x-access': 'self',
        tags,
        summary: 'What you did in a window of time, by server',
        request: { query: ownUsageQuery },
        responses: {
          200: jsonContent(ownUsageSchema, 'Yours'),
          ...problems('invalid_request', 'not_recorded'),
        },
      }),
      async (c) => json(c, await readOwnUsage(recording, c.get('caller').id, c.req.valid('query'))),
    )
}
