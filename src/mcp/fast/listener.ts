import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asking } from '../../access/credential.ts'
import { AGENT_KEY } from '../../access/delegation.ts'
import { sessionIn } from '../../access/session-cookie.ts'
import type { FastContext, Serve } from './asked.ts'
import { fastRequest, mayBeFast } from './classify.ts'
import { withPrepared } from './prepared.ts'
import { readBody } from './read-body.ts'
import { serveCall } from './serve-call.ts'
import { serveDiscover } from './serve-discover.ts'
import { LIST_METHODS, serveList } from './serve-list.ts'
import { serveListen } from './serve-listen.ts'
import { servePing } from './serve-ping.ts'

const PATH = /^(?:\/dynamic\/([\w.~-]+))?\/mcp$/

const SERVED: ReadonlyMap<string, Serve> = new Map<string, Serve>([
  ...LIST_METHODS.map((method) => [method, serveList] as const),
  ['tools/call', serveCall],
  ['server/discover', serveDiscover],
  ['subscriptions/listen', serveListen],
  ['ping', servePing],
])
const METHODS: ReadonlySet<string> = new Set(SERVED.keys())

/** Where a request goes that is not answered here; its body is in `rawBody`. */
export type Fallback = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/**
 * Answers the requests clients make most, before any framework sees them. Whoever asks and
 * whatever is asked is checked as everywhere else; what is not plainly in order goes the long way.
 */
export function createFastListener(context: FastContext, fallback: Fallback): Fallback {
  return (incoming, outgoing) => {
    const path = incoming.method === 'POST' ? PATH.exec(incoming.url ?? '') : null
    if (!path || !mayBeFast(incoming.headers, METHODS)) {
      fallback(incoming, outgoing)
      return
    }
    void readBody(incoming)
      .then(
        (body) => body !== undefined && serve(context, incoming, outgoing, path[1], body, fallback),
      )
      .catch(() => false)
      .then((isAnswered) => {
        if (!isAnswered && !outgoing.destroyed) fallback(incoming, outgoing)
      })
  }
}

/** Whether the request was answered, or is going to be. */
async function serve(
  context: FastContext,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  id = 'all',
  body: string,
  fallback: Fallback,
): Promise<boolean> {
  const { headers } = incoming
  const request = fastRequest(headers, body)
  const serveMethod = request && SERVED.get(request.method)
  if (!serveMethod) return false
  // Whether a cookie counts is decided in one place, and not here.
  if (sessionIn(headers.cookie) !== undefined) return false
  context.guard(headers.host, headers.origin)
  const asking: Asking = {
    header: (name) => headers[name] as string | undefined,
    remoteAddress: incoming.socket.remoteAddress,
    mcpPath: incoming.url,
  }
  const entered = context.gate.enter(asking, { right: 'use', server: id })
  const caller = entered instanceof Promise ? await entered : entered
  if (context.servers.find(id)?.definition.status !== 'active') return false
  // What is refused here is refused once more, in words, where it goes from here.
  context.requestLimits.admit(id, caller, incoming)
  const session = request.session
    ? context.session(request.session, { serverId: id, caller })
    : undefined
  if (request.session && !session) return false
  let isHandedOver = false
  const handOver: Parameters<Serve>[1]['handOver'] = (outcome) => {
    isHandedOver = true
    withPrepared(outcome, () => fallback(incoming, outgoing))
  }
  const acting = context.delegation.actAs(caller, request.meta[AGENT_KEY])
  const asked = { request, id, caller: acting, session, headers, outgoing, handOver }
  const isAnswered = await serveMethod(context, asked)
  // What is handed over is counted where it is answered.
  if (isAnswered && !isHandedOver) context.answered()
  return isAnswered
}
