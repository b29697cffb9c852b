import { Readable } from 'node:stream'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { exportLines } from '../../access/events/export-lines.ts'
import {
  exportEvents,
  presentEvent,
  readEvents,
  storedEvents,
} from '../../access/events/read-events.ts'
import { readOwnUsage, readUsage } from '../../access/events/read-usage.ts'
import { checked } from '../../access/user-input.ts'
import type { Env, HttpContext } from '../context.ts'
import { recordChange } from '../recorded.ts'
import { json, jsonBody } from '../reply.ts'
import { jsonContent, problems } from '../schemas/common.ts'
import {
  eventQuery,
  eventsSchema,
  exportQuery,
  ownUsageQuery,
  ownUsageSchema,
  sinkParam,
  sinkSchema,
  sinksSchema,
  startInput,
  usageQuery,
  usageSchema,
} from '../schemas/event.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['events']
const STOP = '/events/sinks/:name/stop'

/** What was decided and called, and how much of it by whom. */
export function eventRoutes({ recording }: HttpContext) {
  const { events } = recording
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
        const { events: page, ...next } = await readEvents(recording, c.req.valid('query'))
        return json(c, { events: page.map(presentEvent), ...next })
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/events/export',
        'x-access': 'admin',
        tags,
        summary: 'All events that are asked for, newest first, as a stream',
        request: { query: exportQuery },
        responses: {
          200: {
            description: 'One event a line',
            content: {
              'application/x-ndjson': { schema: z.string() },
              'text/csv': { schema: z.string() },
            },
          },
          ...problems('invalid_request', 'not_recorded'),
        },
      }),
      async (c) => {
        const { format, ...asked } = c.req.valid('query')
        storedEvents(recording)
        await events.flush()
        const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
        const headers = {
          'content-type': type,
          'content-disposition': `attachment; filename="events.${format}"`,
        }
        const lines = Readable.from(exportLines(exportEvents(recording, asked), format))
        return c.body(Readable.toWeb(lines) as ReadableStream, 200, headers)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/events/sinks',
        'x-access': 'admin',
        tags,
        summary: 'Where events go, and how that is doing',
        responses: { 200: jsonContent(sinksSchema, 'All sinks, also those that are off') },
      }),
      (c) => json(c, { sinks: events.status }),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/events/sinks/{name}/start',
        'x-access': 'admin',
        tags,
        summary: 'Switch a sink on until the service ends; a transcript begins',
        request: {
          params: sinkParam,
          body: { content: { 'application/json': { schema: startInput } } },
        },
        responses: {
          200: jsonContent(sinkSchema, 'The sink'),
          ...problems('invalid_request', 'invalid_json', 'not_found', 'not_recorded'),
        },
      }),
      async (c) => {
        const filter = checked(startInput, (await jsonBody(c)) ?? {}, 'start')
        return json(c, await events.start(c.req.valid('param').name, filter))
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/events/sinks/{name}/stop',
        'x-access': 'admin',
        tags,
        summary: 'Switch a sink off until the service ends; a transcript is finished',
        request: { params: sinkParam },
        responses: { 200: jsonContent(sinkSchema, 'The sink'), ...problems('not_found') },
      }),
      async (c) => {
        const { name } = c.req.valid('param')
        const route = { method: 'POST', path: STOP, right: 'admin', server: undefined } as const
        // Before it goes off, or it would not have who switched it off.
        if (events.isOn(name)) recordChange(events, c, route, 0)
        return json(c, await events.stop(name))
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
