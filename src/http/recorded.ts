import type { Context } from 'hono'
import { callerFields, eventOf, traceOf } from '../access/events/event.ts'
import type { Events } from '../access/events/events.ts'
import { refusedCaller } from '../access/gate.ts'
import type { Right } from '../access/rights.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { EventAction } from '../store/event-port.ts'
import type { Env } from './context.ts'

/** What routes are about, by the first part of their path. */
const KINDS: Readonly<Record<string, string>> = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resource_templates: 'resource_template',
  dynamic: 'server',
  mcp: 'server',
  users: 'user',
  keys: 'key',
  policies: 'policy',
  sources: 'source',
  tags: 'tag',
  events: 'event',
  transcripts: 'event',
  session: 'session',
}

/** Longer names are somebody's mistake, or malice. */
const LONGEST = 200

/** A route as the access table knows it. */
export interface RouteSeen {
  readonly method: string
  readonly path: string
  readonly right: Right
  readonly server: string | undefined
}

/** Records somebody who was not let in; nobody in particular is counted by where they come from. */
export function recordRefusal(
  events: Events,
  c: Context<Env>,
  route: RouteSeen | undefined,
  error: FacetError,
): void {
  const caller = refusedCaller(error)
  const isNobody = error.code === 'unauthorized' || caller === undefined
  const event = eventOf({
    ...seen(events, c, route),
    action: isNobody ? 'authenticate' : actionOf(route),
    decision: 'deny',
    outcome: 'denied',
    code: error.code,
    ...(caller ? callerFields(caller) : {}),
    address: c.env?.incoming?.socket.remoteAddress ?? null,
  })
  if (isNobody || caller.kind === 'anonymous') events.counted(event)
  else events.record(event)
}

/** Records a change over REST, or an attempt at one; once for a request. */
export function recordChange(events: Events, c: Context<Env>, route: RouteSeen, ms: number): void {
  if (c.get('isRecorded')) return
  c.set('isRecorded', true)
  const { status } = c.res
  const code = c.error instanceof FacetError ? c.error.code : status >= 500 ? 'internal' : null
  const isDenied = status === 403
  events.record(
    eventOf({
      ...seen(events, c, route),
      ...madeBy(c),
      action: actionOf(route),
      decision: isDenied ? 'deny' : 'allow',
      outcome: isDenied ? 'denied' : status < 400 ? 'ok' : 'error',
      code,
      ...callerFields(c.get('caller')),
      ms: Math.round(ms * 1_000) / 1_000,
      bytesIn: Number(c.req.header('content-length') ?? '0') || null,
    }),
  )
}

/** Whether calls of a route are recorded: those that change something. */
export function isChange({ method, right }: RouteSeen): boolean {
  return method !== 'GET' && (right === 'write' || right === 'admin' || right === 'self')
}

function actionOf(route: RouteSeen | undefined): EventAction {
  if (!route || route.method === 'GET' || route.right === 'read') return 'read'
  if (route.right === 'use') return 'call'
  return route.right === 'admin' ? 'manage' : 'write'
}

/** The id of what a request made is at the end of its `Location`. */
function madeBy(c: Context<Env>) {
  const made = c.res.headers.get('location')?.split('/').at(-1)
  return made === undefined ? {} : { entry: made }
}

function seen(events: Events, c: Context<Env>, route: RouteSeen | undefined) {
  const parts = c.req.path.split('/')
  const idAt = route?.path.split('/').findIndex((part) => part.startsWith(':')) ?? -1
  return {
    at: events.now().getTime(),
    server: route?.server ?? null,
    type: KINDS[parts[1] ?? ''] ?? null,
    entry: idAt < 0 ? null : (parts[idAt] ?? '').slice(0, LONGEST),
    name: route ? `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}` : null,
    trace: traceOf(c.req.header('traceparent')),
  }
}
